"""Rows that are due: calls to send, events to process, shares to release, rows to refetch."""

import datetime as dt
import functools
import math
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from billing.models import (
    Claim,
    Council,
    Dispute,
    Invoice,
    Order,
    Payment,
    Refund,
    Share,
    StateChange,
    StripeCall,
    StripeEvent,
    Subscription,
    Transfer,
)
from billing.queries.terms import unaccepted
from billing.rules.outlook import CAME_BACK, PROMISED
from saas.kernel import rows

# Of what is over once it is done; what is watched, night after night, is taken whole.
MOST = 500
OPEN_CALLS = ("pending", "in_flight", "unknown")
UNDER_WAY = (*OPEN_CALLS, "parked")
_BEGUN_BY_JOBS = (
    "refund",
    "transfer",
    "reversal",
    "close",
    "evidence",
    "giveback",
    "tax",
    "group",
    "end",
    "reprice",
    "treasury",
    "details",
)
# What a person asked for on a page, and waits for there.
WAITED_FOR = ("customer", "checkout", "expire", "account", "change", "stop", "portal", "link")
# Asked after each job, and so never put together anew.
_UNSENT = """
    SELECT id FROM billing_stripecall
    WHERE state = 'pending' AND first_sent_at IS NULL AND kind = ANY(%s) ORDER BY id DESC LIMIT %s
"""
# Three tries of twenty seconds, and what is between them.
LONGEST_CALL = dt.timedelta(seconds=70)
_LEFT_ALONE_FOR = dt.timedelta(minutes=2)
_OWED_FOR = dt.timedelta(days=30)
_FEE_IS_LATE_FOR = dt.timedelta(days=3)


def calls_to_send(*, most: int = MOST) -> list[int]:
    """Return calls that jobs prepared and nobody has made yet, the newest first."""
    return [number for (number,) in rows.tuples(_UNSENT, [list(_BEGUN_BY_JOBS), most])]


def calls_waited_for(*, most: int = MOST) -> list[int]:
    """Return calls that people wait for and nobody has made yet, the newest first."""
    return [number for (number,) in rows.tuples(_UNSENT, [list(WAITED_FOR), most])]


def seconds_to_next_try(call_id: int, *, at: dt.datetime) -> int | None:
    """Return how long a call waits for its next try; nothing where it is over."""
    waiting = StripeCall.objects.filter(pk=call_id, state__in=OPEN_CALLS)
    next_at = waiting.values_list("next_at", flat=True).first()
    return None if next_at is None else max(0, math.ceil((next_at - at).total_seconds()))


def calls_to_resume(*, at: dt.datetime) -> list[int]:
    """Return calls whose sender was killed, or whose next try is due."""
    never_sent = Q(next_at=None, created_at__lte=at - _LEFT_ALONE_FOR)
    due = StripeCall.objects.filter(Q(next_at__lte=at) | never_sent, state__in=OPEN_CALLS)
    return list(due.values_list("pk", flat=True)[:MOST])


def _calls_of(order: Order) -> QuerySet[StripeCall]:
    payments = Payment.objects.filter(order=order).values("pk")
    return StripeCall.objects.filter(
        Q(kind="customer", subject_id=order.merchant_id)
        | Q(kind="checkout", subject_id=order.pk)
        | Q(kind="expire", subject_id__in=payments)
    )


def unsent_checkout_of(order: Order) -> StripeCall | None:
    """Return the next call that an order's checkout waits for."""
    return _calls_of(order).filter(state="pending").order_by("pk").first()


def open_checkout_of(order: Order) -> StripeCall | None:
    """Return the call of an order's checkout that jobs make, or try again."""
    return _calls_of(order).filter(state__in=OPEN_CALLS).order_by("pk").first()


def waits_for_its_turn(call: StripeCall, *, at: dt.datetime) -> bool:
    """Say whether a call failed, and nobody makes it until its next try."""
    was_made = call.sent_at is not None and call.sent_at <= at - LONGEST_CALL
    return was_made and bool(call.failure) and call.next_at is not None and call.next_at > at


def has_open_call(order: Order) -> bool:
    """Say whether a call for an order's checkout is not over."""
    return _calls_of(order).filter(state__in=UNDER_WAY).exists()


def last_told_of(merchant_id: int) -> StripeCall | None:
    """Return the call by which Stripe was last told who a merchant is."""
    calls = StripeCall.objects.filter(kind__in=["customer", "details"], subject_id=merchant_id)
    return calls.order_by("pk").last()


def open_call_of(kind: str, subject_id: int) -> StripeCall | None:
    """Return the call of a kind about a thing that is not over."""
    calls = StripeCall.objects.filter(kind=kind, subject_id=subject_id)
    return calls.filter(state__in=UNDER_WAY).first()


def end_asked_at(subscription: Subscription) -> dt.datetime | None:
    """Return since when Stripe is to collect no further month at all, whether it heard or not."""
    ends = StripeCall.objects.filter(
        kind="end", subject_id=subscription.pk, target=subscription.stripe_id
    )
    asked = ends.exclude(state="failed").order_by("created_at")
    return asked.values_list("created_at", flat=True).first()


def attempt_retried(call: StripeCall) -> int:
    """Return at which attempt an operator last had a parked call made again, or nought."""
    retries = StateChange.objects.filter(machine="call", subject_id=call.pk, trigger="retried")
    noted = retries.order_by("-pk").values_list("why", flat=True).first() or "0"
    return int(noted) if noted.isdecimal() else 0


def is_let_go(call: StripeCall) -> bool:
    """Say whether an operator gave a parked call up, and did not have it tried again since."""
    asked = StateChange.objects.filter(
        machine="call", subject_id=call.pk, trigger__in=["retried", "let_go"]
    )
    return asked.order_by("-pk").values_list("trigger", flat=True).first() == "let_go"


def events_to_process(*, at: dt.datetime) -> list[int]:
    """Return events that nobody has processed, or whose next try is due."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    waiting = StripeEvent.objects.filter(free, state="received")
    # The index of those that wait gives this order; that of all events would be read from its end.
    return list(waiting.order_by("received_at", "pk").values_list("pk", flat=True)[:MOST])


def known_events(event_ids: Collection[str]) -> set[str]:
    """Return those of many events that were kept before."""
    kept = StripeEvent.objects.filter(event_id__in=event_ids)
    return set(kept.values_list("event_id", flat=True))


def shares_to_release(*, at: dt.datetime, council_id: int | None = None) -> list[int]:
    """Return shares whose hold is over, and those that may leave of what waited for a council.

    What still has to wait is left out: so many rows of it would hold back all that come later.
    """
    unsigned = Exists(unaccepted(sale=OuterRef("sale"), council=OuterRef("council")))
    waits = Q(~unsigned, state="waiting_account", council__account_state="active")
    due = Share.objects.filter(Q(state="held", release_at__lte=at) | Q(state="releasable") | waits)
    # The charge of a month joins its group before any transfer of it leaves.
    joining = StripeCall.objects.filter(kind="group").exclude(state="done")
    due = due.exclude(sale__payment__in=joining.values("subject_id"))
    if council_id is not None:
        due = due.filter(council_id=council_id)
    return list(due.order_by("pk").values_list("pk", flat=True)[:MOST])


def invoices_to_send() -> QuerySet[Invoice]:
    """Return invoices and credit notes whose file is there and whose merchant was not told."""
    return Invoice.objects.filter(mailed_at=None, rendered_at__isnull=False)


def transfers_to_tell() -> QuerySet[Transfer]:
    """Return transfers that their council has not been told of."""
    return Transfer.objects.filter(state="done", mailed_at=None)


def refunds_to_tell() -> QuerySet[Refund]:
    """Return refunds that did not arrive, and whose merchant does not know what follows."""
    return Refund.objects.filter(came_back(), mailed_at=None)


def came_back() -> Q:
    """Ask for refunds that were credited and did not arrive."""
    return Q(state__in=CAME_BACK, accepted_at__isnull=False)


def refused_refunds() -> QuerySet[Refund]:
    """Return refunds that are owed and were not made, until the money went back in another way.

    It did once somebody made it anew, nothing as large is left of the payment, or a bank took it.
    """
    made = Refund.objects.filter(payment=OuterRef("payment"), accepted_at__isnull=False).order_by()
    sums = made.values("payment").annotate(cents=Sum("amount_cents")).values("cents")
    anew = made.filter(pk__gt=OuterRef("pk"), amount_cents__gte=OuterRef("amount_cents"))
    lost = Dispute.objects.filter(payment=OuterRef("payment"), state="lost")
    refused = Refund.objects.filter(state__in=CAME_BACK, accepted_at=None, origin__in=PROMISED)
    return refused.filter(
        ~Exists(anew),
        ~Exists(lost),
        amount_cents__lte=F("payment__amount_cents") - Coalesce(Subquery(sums), 0),
    )


def first_of(*asked: Callable[[], QuerySet[Any]]) -> list[list[int]]:
    """Return of each question as many rows as are queued at once, the oldest first.

    All are asked in one statement, put together once: none of them may depend on the hour.
    """
    found: list[list[int]] = [[] for _ in asked]
    if asked:
        statement, values = _at_once(asked)
        for place, row_id in rows.tuples(statement, values):
            found[place].append(row_id)
    return found


@functools.cache
def _at_once(asked: tuple[Callable[[], QuerySet[Any]], ...]) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for place, ask in enumerate(asked):
        sql, given = ask().order_by("pk").values_list("pk")[:MOST].query.sql_with_params()
        parts.append(f"SELECT {place} AS place, pk FROM ({sql}) AS waiting")  # noqa: S608 - ours
        values += given
    return f"{' UNION ALL '.join(parts)} ORDER BY place, pk", values


def payments_to_watch(*, at: dt.datetime) -> list[int]:
    """Return payments that are not over, or whose fee is not known yet."""
    open_ = Q(state__in=["opened", "processing"])
    without_fee = Q(
        state="succeeded", balance_transaction="", succeeded_at__gte=at - 10 * _FEE_IS_LATE_FOR
    )
    # An expired session may have been paid in its last second.
    just_closed = Q(state="expired", expires_at__gte=at - _FEE_IS_LATE_FOR)
    watched = Payment.objects.filter(open_ | without_fee | just_closed)
    return list(watched.order_by("pk").values_list("pk", flat=True))


def refunds_to_watch() -> list[int]:
    """Return the payments of refunds that are not over."""
    watched = Refund.objects.filter(
        Q(state__in=["pending", "requires_action"]) | Q(state="succeeded", balance_transaction="")
    )
    return list(watched.values_list("payment_id", flat=True).distinct())


def councils_to_watch() -> list[int]:
    """Return councils whose account may still change."""
    replaced = Q(account_changes__state="confirmed")
    watched = Council.objects.filter(~Q(account_state="closed") | replaced)
    watched = watched.exclude(stripe_account="").distinct()
    return list(watched.order_by("pk").values_list("pk", flat=True))


def owed_claims(*, at: dt.datetime) -> list[tuple[int, str, int]]:
    """Return what councils owe by a transfer: the row, the account that has it, and how much.

    It went to the account of that day: another one may have taken its place since.
    """
    calls = StripeCall.objects.filter(
        kind="transfer", state="done", subject_id=OuterRef("transfer_id")
    )
    owed = Claim.objects.filter(
        state="owed", transfer__isnull=False, due_at__gte=at - _OWED_FOR
    ).annotate(
        left=F("amount_cents") - F("settled_cents"),
        account=Subquery(calls.values_list(KT("params__destination"))[:1]),
    )
    may_pay = Q(share__council__account_state__in=["active", "restricted"])
    elsewhere = ~Q(account=F("share__council__stripe_account"))
    found = owed.filter(may_pay | elsewhere, account__isnull=False).order_by("pk")
    return list(found.values_list("pk", "account", "left"))


def claims_left_due() -> list[int]:
    """Return claims that Stripe refused, and whose transfer nobody looked at afterwards."""
    asked = StripeCall.objects.filter(kind="reversal", state__in=UNDER_WAY)
    left = Claim.objects.filter(state="due", transfer__state="done").exclude(
        pk__in=asked.values("subject_id")
    )
    return list(left.order_by("pk").values_list("pk", flat=True)[:MOST])


def stale_orders(*, at: dt.datetime, before: dt.timedelta) -> list[int]:
    """Return orders that nobody has paid for so long."""
    old = Order.objects.filter(state="priced", placed_at__lte=at - before)
    return list(old.values_list("pk", flat=True)[:MOST])
