"""Stop, resume, end or reprice a monthly campaign, for its merchant.

An operator ends it if the merchant cannot.
"""

import datetime as dt
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from billing.ledger.rules import approvals
from billing.models import StripeCall, Subscription
from billing.orders import tasks
from billing.orders.queries.months import calls_of_subscription, parked_calls_of
from billing.orders.queries.running import standing_of
from billing.stripe.actions.operators import retry_call
from billing.stripe.calls.prepare import prepare
from billing.stripe.queries.due import open_call_of
from billing.stripe.tasks import send_call
from billing.transitions import machines
from billing.transitions.transition import record, transition
from saas.accounts.models import User
from saas.catalogue.merchants.queries.team import runs
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.queries import prices as campaigns
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.tasks import FIRST, after_commit

# A debit is prepared before its day: a change later than this applies to the next debit.
PREPARED_BEFORE = dt.timedelta(days=1)


class Held(NamedTuple):
    """A subscription under its row's lock, and the calls about it that Stripe did not take.

    A second subscription, which a double payment began, is no part of it: its end stays asked for.
    """

    subscription: Subscription
    parked: list[StripeCall]


@transaction.atomic
def stop_subscription(*, subscription: Subscription, by: User, at: dt.datetime) -> Subscription:
    """Stop collecting further months; the paid month runs on.

    With an unpaid month it ends at once, so that Stripe does not retry that month.
    """
    held = _own(subscription, by)
    _stop(held, by=by, at=at)
    return held.subscription


@transaction.atomic
def resume_subscription(*, subscription: Subscription, by: User, at: dt.datetime) -> Subscription:
    """Resume a stopped subscription before its paid month is over."""
    held = _own(subscription, by)
    found = held.subscription
    machines.check("subscription", found.state, "runs")
    if found.state != Subscription.State.ENDING:
        raise Refused(_("Cet abonnement n’est pas en train de s’arrêter."))
    _check_nothing_is_under_way(found)
    found.stop_asked_at = None
    found.save(update_fields=["stop_asked_at"])
    _ask(held, StripeCall.Kind.STOP, {"cancel_at_period_end": False}, by=by, at=at)
    _record_unmoved(found, "resume_asked", by=by, at=at)
    return found


@transaction.atomic
def end_subscription(*, subscription: Subscription, by: User, at: dt.datetime) -> Subscription:
    """End a subscription at once; paid months are not refunded by it."""
    held = _own(subscription, by)
    _end(held, by=by, at=at)
    return held.subscription


@transaction.atomic
def end_for_merchant(
    *,
    subscription: Subscription,
    at_once: bool,
    reason: str,
    seen: str,
    by: User,
    at: dt.datetime,
) -> Subscription:
    """End a merchant's subscription as an operator, at once or with the paid month.

    `seen` is its state on the page of the request.
    """
    approvals.check_reason(reason, field="reason")
    held = _held(subscription)
    if seen != standing_of(held.subscription):
        raise Refused(_("La situation vient de changer\u00a0: regardez-la de nouveau."))
    if at_once:
        _end(held, by=by, at=at, why=reason)
    else:
        _stop(held, by=by, at=at, why=reason)
    return held.subscription


@transaction.atomic
def take_todays_prices(
    *, subscription: Subscription, by: User, at: dt.datetime, seen: str = ""
) -> Subscription:
    """Accept today's prices for the next months; until then nothing changes.

    `seen` is the total shown to the merchant. Stripe gets the new price at the next sync.
    """
    held = _own(subscription, by)
    found = held.subscription
    if found.state != Subscription.State.ACTIVE:
        raise Refused(_("Le prix d’un abonnement change tant qu’il est en cours."))
    _check_nothing_is_under_way(found)
    if found.paid_until is not None and found.paid_until - at < PREPARED_BEFORE:
        raise Refused(_("Le prochain prélèvement est déjà prêt\u00a0: changez le prix après lui."))
    campaign = placements.price_anew(campaign_id=found.campaign_id, at=at)
    quote = campaigns.quote_of(campaign.pk, at=at)
    if seen and seen != str(quote.gross_cents):
        raise Refused(_("Les prix viennent de changer\u00a0: regardez le nouveau total."))
    _give_up(held.parked, by=by, at=at)
    found.campaign = campaign
    found.net_cents, found.vat_cents = quote.net_cents, quote.vat_cents
    found.gross_cents, found.stop_asked_at = quote.gross_cents, None
    found.save(update_fields=["campaign", "net_cents", "vat_cents", "gross_cents", "stop_asked_at"])
    _record_unmoved(found, "prices_taken", by=by, at=at)
    after_commit(tasks.sync_subscription, found.pk)
    return found


def _own(subscription: Subscription, by: User) -> Held:
    held = _held(subscription)
    if not runs(held.subscription.merchant_id, by):
        raise NotAllowed(_("Cet abonnement est à un autre commerçant."))
    return held


def _held(subscription: Subscription) -> Held:
    """Lock the calls first, as everywhere in settlement."""
    parked = list(parked_calls_of(subscription).select_for_update())
    found = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("merchant")
        .get(pk=subscription.pk)
    )
    return Held(found, [call for call in parked if call.target == found.stripe_id])


def _stop(held: Held, *, by: User, at: dt.datetime, why: str = "") -> None:
    found = held.subscription
    if found.state == Subscription.State.PAST_DUE and not _another_is_ending(found):
        _end(held, by=by, at=at, why=why)
        return
    _check_may_end(found, "stopping")
    _note_stop(found, at)
    _ask(held, StripeCall.Kind.STOP, {"cancel_at_period_end": True}, by=by, at=at)
    _record_unmoved(found, "stop_asked", by=by, at=at, why=why)


def _end(held: Held, *, by: User, at: dt.datetime, why: str = "") -> None:
    found = held.subscription
    _check_may_end(found, "ended")
    if _another_is_ending(found):
        raise Refused(
            _(
                "Un double de cet abonnement est encore en train d’être fermé\u00a0: arrêtez "
                "celui-ci à la fin du mois payé."
            )
        )
    _note_stop(found, at)
    _ask(held, StripeCall.Kind.END, {}, by=by, at=at)
    _record_unmoved(found, "end_asked", by=by, at=at, why=why)


def _another_is_ending(subscription: Subscription) -> bool:
    """Return True if a second subscription, created by a double payment, is still to be ended."""
    call = open_call_of("end", subscription.pk)
    return call is not None and call.target != subscription.stripe_id


def _note_stop(subscription: Subscription, at: dt.datetime) -> None:
    """Record when the stop was requested; a repeated stop keeps the first moment."""
    subscription.stop_asked_at = subscription.stop_asked_at or at
    subscription.save(update_fields=["stop_asked_at"])


def _check_may_end(subscription: Subscription, trigger: str) -> None:
    machines.check("subscription", subscription.state, trigger)
    if not subscription.stripe_id:
        raise Refused(_("Le premier mois n’est pas payé\u00a0: il n’y a rien à arrêter."))
    _check_nothing_is_under_way(subscription)


def _check_nothing_is_under_way(subscription: Subscription) -> None:
    if calls_of_subscription(subscription).exists():
        raise Refused(_("Un changement est déjà en cours\u00a0: attendez qu’il soit fait."))


def _ask(
    held: Held, kind: StripeCall.Kind, change: dict[str, bool], *, by: User, at: dt.datetime
) -> None:
    """Prepare a call, or retry a parked call with the same parameters.

    All other parked calls are cancelled: this is the current request.
    """
    same = [call for call in held.parked if _says(call, kind, change)]
    _give_up([call for call in held.parked if call not in same[-1:]], by=by, at=at)
    if same:
        retry_call(call=same[-1], by=by, at=at)
        return
    found = held.subscription
    call = prepare(kind, found.pk, change, target=found.stripe_id)
    after_commit(send_call, call.pk, priority=FIRST)


def _says(call: StripeCall, kind: StripeCall.Kind, change: dict[str, bool]) -> bool:
    return call.kind == kind and change.items() <= call.params.items()


def _give_up(calls: list[StripeCall], *, by: User, at: dt.datetime) -> None:
    for call in calls:
        transition("call", call, "given_up", by=by.reference, at=at)


def _record_unmoved(
    subscription: Subscription, trigger: str, *, by: User, at: dt.datetime, why: str = ""
) -> None:
    states = (subscription.state, subscription.state)
    record("subscription", subscription.pk, trigger, states=states, by=by.reference, at=at, why=why)
