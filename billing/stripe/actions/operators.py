"""Retries by operators: calls, events, and all that a wrong key stopped."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import StripeCall, StripeEvent, StripeHalt
from billing.stripe import tasks
from billing.stripe.queries.due import OPEN_CALLS
from billing.stripe.rules import answers
from billing.transitions.transition import record
from saas.accounts.models import User
from saas.kernel.errors import Refused
from saas.kernel.tasks import FIRST, after_commit


@transaction.atomic
def end_halt(*, by: User, at: dt.datetime) -> None:
    """Speak to Stripe again, now that our key is right."""
    for halt in StripeHalt.objects.select_for_update().filter(ended_at=None):
        halt.ended_at = at
        halt.save(update_fields=["ended_at"])
        record("halt", halt.pk, "ended", states=("halted", "ended"), by=by.reference, at=at)


@transaction.atomic
def retry_call(*, call: StripeCall, by: User, at: dt.datetime) -> None:
    """Have a call made again that waits for somebody, or for its next try.

    One that is still tried goes out at once under the same key, so that Stripe does it once; so
    does one that was parked, while Stripe remembers its key and that is of use. Else it is looked
    for at Stripe first, and made under a new key if it is not there.
    """
    call = StripeCall.objects.select_for_update().get(pk=call.pk)
    if call.state == StripeCall.State.PARKED:
        before, call.state = call.state, _taken_up(call, at)
    elif call.state in OPEN_CALLS and call.failure:
        before = call.state
    else:
        raise Refused(_("Cet appel n’attend plus personne."))
    # Attempts are counted on: under a key of before, Stripe would repeat its stored answer.
    call.next_at = at
    call.save(update_fields=["state", "next_at"])
    trigger = "retried" if before == StripeCall.State.PARKED else "hastened"
    states, attempt = (before, call.state), str(call.attempt)
    record("call", call.pk, trigger, states=states, by=by.reference, at=at, why=attempt)
    after_commit(tasks.send_call, call.pk, priority=FIRST)


@transaction.atomic
def let_go_of_call(*, call: StripeCall, by: User, at: dt.datetime) -> None:
    """Give up a parked call that sends money to a council.

    It is looked for at Stripe first; if it is there, it counts. Else what it was to send waits as
    after a refusal, and leaves by another call, with the words of that day.
    """
    call = StripeCall.objects.select_for_update().get(pk=call.pk)
    if call.state != StripeCall.State.PARKED or call.kind not in answers.TO_AN_ACCOUNT:
        raise Refused(_("Cet appel n’attend plus personne."))
    before, call.state, call.next_at = call.state, StripeCall.State.UNKNOWN, at
    call.save(update_fields=["state", "next_at"])
    record("call", call.pk, "let_go", states=(before, call.state), by=by.reference, at=at)
    after_commit(tasks.send_call, call.pk, priority=FIRST)


def _taken_up(call: StripeCall, at: dt.datetime) -> StripeCall.State:
    """Return how a parked call goes on: it is made, or looked for first."""
    may_go = answers.keeps_its_key(
        call.kind, call.http_status, call.failure, first_at=call.first_sent_at, at=at
    )
    return StripeCall.State.PENDING if may_go else StripeCall.State.UNKNOWN


@transaction.atomic
def retry_event(*, event: StripeEvent, by: User, at: dt.datetime) -> None:
    """Process a parked event once more."""
    event = StripeEvent.objects.select_for_update().get(pk=event.pk)
    if event.state != StripeEvent.State.PARKED:
        raise Refused(_("Cet événement n’attend plus personne."))
    event.state, event.attempts, event.claimed_until = StripeEvent.State.RECEIVED, 0, None
    event.save(update_fields=["state", "attempts", "claimed_until"])
    record("event", event.pk, "retried", states=("parked", "received"), by=by.reference, at=at)
    after_commit(tasks.process_event, event.pk)
