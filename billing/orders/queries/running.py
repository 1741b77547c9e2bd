"""Monthly campaigns, for operators: all running campaigns, and the detail of each."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q

from billing.models import Order, StripeCall, Subscription
from billing.orders.queries.months import CHANGES, RUNNING, calls_of_subscription, parked_calls_of
from billing.stripe.queries.troubles import CallRow, call_row
from billing.transitions.turns import Turn, turns_of
from billing.wording import onward

ON_A_PAGE = 50


class RunningRow(NamedTuple):
    """A subscription in the console's list."""

    reference: str
    merchant_name: str
    headline: str
    state: str
    state_words: str
    gross_cents: int
    next_words: str
    is_parked: bool


class RunningView(NamedTuple):
    """A subscription as an operator sees it; `seen` is its state on the page."""

    subscription: Subscription
    row: RunningRow
    seen: str
    is_open: bool
    is_changing: bool
    parked: list[CallRow]
    stop_asked_at: dt.datetime | None
    order_reference: str
    turns: list[Turn]


def running_page(
    *, number: str, words: str = "", order_by: Sequence[str] = ()
) -> tuple[list[RunningRow], Page[Subscription]]:
    """Return a page of the subscriptions that run, those that wait for an operator first."""
    parked = StripeCall.objects.filter(kind__in=CHANGES, state=StripeCall.State.PARKED).values(
        "subject_id"
    )
    found = (
        Subscription.objects.filter(state__in=RUNNING)
        .select_related("merchant", "campaign")
        .order_by(Exists(parked.filter(subject_id=OuterRef("pk"))).desc(), "paid_until", "pk")
    )
    if words:
        found = found.filter(Q(reference__iexact=words) | Q(merchant__name__icontains=words))
    if order_by:
        found = found.order_by(*order_by, "-pk")
    shown = Paginator(found, ON_A_PAGE).get_page(number)
    waiting = set(parked.values_list("subject_id", flat=True))
    return [_row(one, is_parked=one.pk in waiting) for one in shown.object_list], shown


def running_subscription(reference: str) -> RunningView | None:
    """Return a subscription with its calls, its last order and its story."""
    found = (
        Subscription.objects.select_related("merchant", "campaign")
        .filter(reference=reference)
        .first()
    )
    if found is None:
        return None
    parked = [call_row(call) for call in parked_calls_of(found)]
    orders = (
        Order.objects.filter(subscription=found).exclude(state=Order.State.CANCELLED).order_by("pk")
    )
    return RunningView(
        subscription=found,
        row=_row(found, is_parked=bool(parked)),
        seen=standing_of(found),
        is_open=found.state in RUNNING,
        is_changing=calls_of_subscription(found).exists(),
        parked=parked,
        stop_asked_at=found.stop_asked_at,
        order_reference=orders.values_list("reference", flat=True).last() or "",
        turns=turns_of("subscription", found.pk, Subscription.State),
    )


def standing_of(subscription: Subscription) -> str:
    """Return a subscription's state as a string, so that an action can check it is unchanged."""
    until = subscription.paid_until
    return f"{subscription.state} {until.isoformat() if until else ''}".strip()


def _row(subscription: Subscription, *, is_parked: bool) -> RunningRow:
    return RunningRow(
        reference=subscription.reference,
        merchant_name=subscription.merchant.name,
        headline=subscription.campaign.headline,
        state=subscription.state,
        state_words=subscription.get_state_display(),
        gross_cents=subscription.gross_cents,
        next_words=onward.of_subscription(
            subscription.state,
            paid_until=subscription.paid_until,
            next_try_at=subscription.next_try_at,
        ),
        is_parked=is_parked,
    )
