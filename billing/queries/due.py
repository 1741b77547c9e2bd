"""What is due: calls to send, events to process, shares to release, things to look at again."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from billing.models import (
    Council,
    Invoice,
    Order,
    Payment,
    Refund,
    Reversal,
    Share,
    StateChange,
    StripeEvent,
    StripeHalt,
    StripeIntent,
    Transfer,
)

MOST = 500
OPEN_CALLS = ("pending", "in_flight", "unknown")
_BEGUN_BY_JOBS = ("refund", "transfer", "reversal")
_LEFT_ALONE_FOR = dt.timedelta(minutes=2)
_OWED_FOR = dt.timedelta(days=30)
_FEE_IS_LATE_FOR = dt.timedelta(days=3)


def is_halted() -> bool:
    """Say whether nothing may be sent to Stripe."""
    return StripeHalt.objects.filter(ended_at=None).exists()


def intents_to_send() -> list[int]:
    """Return calls that jobs prepared and nobody has made yet."""
    new = StripeIntent.objects.filter(state="pending", first_sent_at=None, kind__in=_BEGUN_BY_JOBS)
    return list(new.values_list("pk", flat=True)[:MOST])


def intents_to_resume(*, at: dt.datetime) -> list[int]:
    """Return calls whose sender was killed, or whose next try is due."""
    never_sent = Q(next_at=None, created_at__lte=at - _LEFT_ALONE_FOR)
    due = StripeIntent.objects.filter(Q(next_at__lte=at) | never_sent, state__in=OPEN_CALLS)
    return list(due.values_list("pk", flat=True)[:MOST])


def _calls_of(order: Order) -> QuerySet[StripeIntent]:
    payments = Payment.objects.filter(order=order).values("pk")
    return StripeIntent.objects.filter(
        Q(kind="customer", subject_id=order.merchant_id)
        | Q(kind="checkout", subject_id=order.pk)
        | Q(kind="expire", subject_id__in=payments)
    )


def unsent_intent_of(order: Order) -> StripeIntent | None:
    """Return the next call that an order's checkout waits for."""
    return _calls_of(order).filter(state="pending").order_by("pk").first()


def has_open_call(order: Order) -> bool:
    """Say whether a call for an order's checkout is not over."""
    return _calls_of(order).filter(state__in=[*OPEN_CALLS, "parked"]).exists()


def open_call_of(kind: str, subject_id: int) -> StripeIntent | None:
    """Return the call of a kind about a thing that is not over."""
    calls = StripeIntent.objects.filter(kind=kind, subject_id=subject_id)
    return calls.filter(state__in=[*OPEN_CALLS, "parked"]).first()


def retries_of(intent: StripeIntent) -> int:
    """Return how often operators had a call made again after it was parked."""
    retries = StateChange.objects.filter(machine="intent", subject_id=intent.pk, trigger="retried")
    return retries.count()


def events_to_process(*, at: dt.datetime) -> list[int]:
    """Return events that nobody has processed, or whose next try is due."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    waiting = StripeEvent.objects.filter(free, state="received")
    return list(waiting.values_list("pk", flat=True)[:MOST])


def shares_to_release(*, at: dt.datetime, council_id: int | None = None) -> list[int]:
    """Return shares whose hold is over, and those that wait for an account that is active now."""
    waits = Q(state="waiting_account", council__account_state="active")
    due = Share.objects.filter(Q(state="held", release_at__lte=at) | Q(state="releasable") | waits)
    if council_id is not None:
        due = due.filter(council_id=council_id)
    return list(due.order_by("pk").values_list("pk", flat=True)[:MOST])


def invoices_to_send() -> list[int]:
    """Return invoices and credit notes that their merchant has not been told of."""
    waiting = Invoice.objects.filter(told_at=None)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST])


def transfers_to_tell() -> list[int]:
    """Return transfers that their council has not been told of."""
    waiting = Transfer.objects.filter(state="done", told_at=None)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST])


def payments_to_watch(*, at: dt.datetime) -> list[int]:
    """Return payments that are not over, or whose fee is not known yet."""
    open_ = Q(state__in=["opened", "processing"])
    without_fee = Q(
        state="succeeded", balance_transaction="", succeeded_at__gte=at - 10 * _FEE_IS_LATE_FOR
    )
    # An expired session may have been paid in its last second.
    just_closed = Q(state="expired", expires_at__gte=at - _FEE_IS_LATE_FOR)
    watched = Payment.objects.filter(open_ | without_fee | just_closed)
    return list(watched.order_by("pk").values_list("pk", flat=True)[:MOST])


def refunds_to_watch() -> list[int]:
    """Return the payments of refunds that are not over."""
    watched = Refund.objects.filter(
        Q(state__in=["pending", "requires_action"]) | Q(state="succeeded", balance_transaction="")
    )
    return list(watched.values_list("payment_id", flat=True).distinct()[:MOST])


def councils_to_watch() -> list[int]:
    """Return councils whose account may still change."""
    watched = Council.objects.exclude(stripe_account="").exclude(account_state="closed")
    return list(watched.order_by("pk").values_list("pk", flat=True)[:MOST])


def owed_reversals(*, at: dt.datetime) -> list[tuple[int, str, int]]:
    """Return what councils owe by a transfer: the row, their account, and how much."""
    owed = Reversal.objects.filter(
        state="owed",
        transfer__isnull=False,
        due_at__gte=at - _OWED_FOR,
        share__council__account_state__in=["active", "restricted"],
    ).annotate(left=F("amount_cents") - F("settled_cents"))
    return list(owed.values_list("pk", "share__council__stripe_account", "left")[:MOST])


def stale_orders(*, at: dt.datetime, before: dt.timedelta) -> list[int]:
    """Return orders that nobody has paid for so long."""
    old = Order.objects.filter(state="priced", placed_at__lte=at - before)
    return list(old.values_list("pk", flat=True)[:MOST])
