"""Retries by operators: calls, events, and all that a wrong key stopped."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import StripeCall, StripeEvent, StripeHalt
from billing.models.states import OPEN_CALLS
from billing.stripe import tasks
from billing.stripe.rules import answers
from billing.transitions.transition import record, transition
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
    """Retry a call parked for an operator, or delayed until its next attempt.

    A delayed call is sent at once under the same key, so that Stripe executes it once. So is a
    parked call, while Stripe still stores its key and this is useful. Otherwise it is searched for
    at Stripe first, and sent under a new key if it is not found.
    """
    call = StripeCall.objects.select_for_update().get(pk=call.pk)
    # Attempts are counted on: under a key of before, Stripe would repeat its stored answer.
    call.next_at, attempt = at, str(call.attempt)
    if call.state == StripeCall.State.PARKED:
        trigger, also = _taken_up(call, at), ["next_at"]
        transition("call", call, trigger, by=by.reference, at=at, why=attempt, also=also)
    elif call.state in OPEN_CALLS and call.failure:
        call.save(update_fields=["next_at"])
        states = (call.state, call.state)
        record("call", call.pk, "hastened", states=states, by=by.reference, at=at, why=attempt)
    else:
        raise Refused(_("Cet appel n’attend plus personne."))
    after_commit(tasks.send_call, call.pk, priority=FIRST)


@transaction.atomic
def let_go_of_call(*, call: StripeCall, by: User, at: dt.datetime) -> None:
    """Cancel a parked call that sends money to a council.

    It is searched for at Stripe first; if found, it counts. Otherwise its amount waits as after a
    refusal, and is sent by another call, with the parameters of that day.
    """
    call = StripeCall.objects.select_for_update().get(pk=call.pk)
    if call.state != StripeCall.State.PARKED or call.kind not in answers.TO_AN_ACCOUNT:
        raise Refused(_("Cet appel n’attend plus personne."))
    call.next_at = at
    transition("call", call, "let_go", by=by.reference, at=at, also=["next_at"])
    after_commit(tasks.send_call, call.pk, priority=FIRST)


def _taken_up(call: StripeCall, at: dt.datetime) -> str:
    """Return the transition of a parked call: sent again, or searched for first."""
    may_go = answers.keeps_its_key(
        call.kind, call.http_status, call.failure, first_at=call.first_sent_at, at=at
    )
    return "retried" if may_go else "searched"


@transaction.atomic
def retry_event(*, event: StripeEvent, by: User, at: dt.datetime) -> None:
    """Retry the processing of a parked event."""
    event = StripeEvent.objects.select_for_update().get(pk=event.pk)
    if event.state != StripeEvent.State.PARKED:
        raise Refused(_("Cet événement n’attend plus personne."))
    event.attempts, event.claimed_until = 0, None
    also = ["attempts", "claimed_until"]
    transition("event", event, "retried", by=by.reference, at=at, also=also)
    after_commit(tasks.process_event, event.pk)
