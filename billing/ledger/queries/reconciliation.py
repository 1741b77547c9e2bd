"""Moves of our balance at Stripe beside the books' own, to the cent."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Sum, Value
from django.db.models.functions import Concat

from billing.models import (
    BalanceTransaction,
    Case,
    LedgerTransaction,
    Payment,
    Reconciliation,
    Refund,
)

# Known kinds of balance transactions; an operator handles any other kind.
KNOWN_KINDS = (
    "adjustment",
    "charge",
    "payment",
    "payment_failure_refund",
    "payment_refund",
    "payout",
    "payout_cancel",
    "payout_failure",
    "payout_minimum_balance_hold",
    "payout_minimum_balance_release",
    "refund",
    "refund_failure",
    "stripe_fee",
    "topup",
    "transfer",
    "transfer_cancel",
    "transfer_failure",
    "transfer_refund",
)

# A charge's balance transaction, and the return of a failed debit, form a unit with its fee.
# Amounts that Stripe sets aside for the minimum balance come back the same night and are no
# movement.
_DIFFERENCES = """
    WITH asked AS (
        SELECT id FROM billing_balancetransaction WHERE made_at >= %(since)s
        UNION
        SELECT id FROM billing_balancetransaction WHERE stripe_id = ANY(%(subjects)s)
        UNION
        SELECT id FROM billing_balancetransaction
        WHERE source = ANY(%(subjects)s) AND source <> ''
    ), told AS (
        SELECT move.*, move.kind IN ('charge', 'payment', 'payment_failure_refund') AS paid
        FROM billing_balancetransaction move
        WHERE currency = 'eur' AND kind NOT LIKE 'payout_minimum_balance_%%'
          AND (id IN (SELECT id FROM asked) OR source IN (
              SELECT source FROM billing_balancetransaction
              WHERE id IN (SELECT id FROM asked) AND kind = 'payment_failure_refund'))
    ), unit AS (
        SELECT CASE WHEN paid THEN source ELSE stripe_id END AS subject,
               min(source) AS source, sum(net_cents)::bigint AS cents, max(made_at) AS made_at,
               (array_agg(kind ORDER BY id DESC))[1] AS kind, min(stripe_id) AS move,
               bool_or(paid OR kind IN ('transfer', 'transfer_refund')) AS by_source
        FROM told GROUP BY 1
    ), keyed AS (
        SELECT CASE WHEN told.paid THEN told.source ELSE told.stripe_id END AS subject,
               entry.amount_cents, event.id AS event
        FROM told
        JOIN billing_ledgertransaction event ON event.business_key = 'bt:' || told.stripe_id
        JOIN billing_ledgerentry entry ON entry.transaction_id = event.id
        WHERE entry.account = 'stripe.balance'
    ), sourced AS (
        SELECT unit.subject, entry.amount_cents, event.id AS event
        FROM unit
        JOIN billing_ledgerentry entry ON entry.stripe_id = unit.source
        JOIN billing_ledgertransaction event ON event.id = entry.transaction_id
        WHERE unit.by_source AND unit.source <> '' AND entry.stripe_id <> ''
          AND entry.account = 'stripe.balance' AND event.business_key NOT LIKE 'bt:%%'
    ), corrected AS (
        SELECT unit.subject, entry.amount_cents, event.id AS event
        FROM unit
        JOIN billing_ledgerentry entry ON entry.stripe_id = unit.subject
        JOIN billing_ledgertransaction event ON event.id = entry.transaction_id
        WHERE event.kind = 'manual' AND entry.stripe_id <> '' AND entry.account = 'stripe.balance'
          AND NOT (unit.by_source AND unit.source = unit.subject)
    ), booked AS (
        SELECT subject, sum(amount_cents)::bigint AS cents, max(event) AS event
        FROM (
            SELECT * FROM keyed UNION ALL SELECT * FROM sourced UNION ALL SELECT * FROM corrected
        ) all_ways GROUP BY 1
    ), candidate AS (
        SELECT event.id, event.business_key, event.occurred_at, entry.amount_cents,
               entry.stripe_id, event.kind
        FROM billing_ledgertransaction event
        JOIN billing_ledgerentry entry ON entry.transaction_id = event.id
        WHERE entry.account = 'stripe.balance' AND event.id IN (
            SELECT id FROM billing_ledgertransaction WHERE occurred_at >= %(since)s
            UNION
            SELECT id FROM billing_ledgertransaction
            WHERE business_key = ANY(%(subjects)s)
               OR business_key = ANY(SELECT 'bt:' || unnest(%(subjects)s::text[]))
            UNION
            SELECT transaction_id FROM billing_ledgerentry
            WHERE stripe_id = ANY(%(subjects)s) AND stripe_id <> ''
        )
    ), surplus AS (
        SELECT CASE WHEN business_key LIKE 'bt:%%' THEN substr(business_key, 4)
                    WHEN stripe_id <> '' THEN stripe_id ELSE business_key END AS subject,
               sum(amount_cents)::bigint AS cents, max(occurred_at) AS made_at,
               max(id) AS event
        FROM candidate
        WHERE CASE WHEN business_key LIKE 'bt:%%'
            THEN NOT EXISTS (SELECT FROM billing_balancetransaction move
                             WHERE move.stripe_id = substr(candidate.business_key, 4))
            ELSE NOT EXISTS (SELECT FROM billing_balancetransaction move
                             WHERE move.source = candidate.stripe_id AND move.source <> ''
                               AND move.kind IN ('charge', 'payment', 'payment_failure_refund',
                                                 'transfer', 'transfer_refund'))
            END AND NOT (kind = 'manual' AND EXISTS (
                SELECT FROM billing_balancetransaction move
                WHERE move.stripe_id = candidate.stripe_id))
        GROUP BY 1 HAVING sum(amount_cents) <> 0 AND bool_or(kind <> 'manual')
    )
    SELECT unit.subject, unit.kind, unit.source, unit.move, unit.made_at,
           unit.cents, booked.cents, booked.event
    FROM unit LEFT JOIN booked USING (subject)
    WHERE unit.cents <> coalesce(booked.cents, 0)
    UNION ALL
    SELECT subject, '', '', '', made_at, NULL, cents, event FROM surplus
    UNION ALL
    SELECT '', '', '', '', now(), NULL, coalesce(sum(amount_cents), 0)::bigint, NULL
    FROM billing_ledgerentry WHERE account = 'stripe.balance'
"""
_COUNTED = """
    SELECT count(*), coalesce(sum(net_cents)
        FILTER (WHERE kind LIKE 'payout_minimum_balance_%%'), 0)::bigint
    FROM billing_balancetransaction WHERE made_at >= %s
"""


# The cost of a failed debit: its balance transaction and its return, without a sale. It is booked
# under the first of the two, as its payment would be, so that a late event books nothing.
_FAILED_DEBITS = """
    SELECT min(move.stripe_id) FILTER (WHERE move.kind = 'payment'),
           sum(move.net_cents)::bigint, back.made_at, back.source
    FROM billing_balancetransaction back
    JOIN billing_balancetransaction move
        ON move.source = back.source AND move.kind IN ('payment', 'payment_failure_refund')
    WHERE back.kind = 'payment_failure_refund' AND back.currency = 'eur' AND back.source <> ''
      AND NOT EXISTS (SELECT FROM billing_ledgertransaction event
                      WHERE event.business_key = 'bt:' || back.stripe_id
                         OR event.business_key = 'bt:' || move.stripe_id)
      AND NOT EXISTS (SELECT FROM billing_ledgerentry entry
                      WHERE entry.stripe_id = back.source AND entry.stripe_id <> '')
    GROUP BY back.id HAVING bool_or(move.kind = 'payment') AND sum(move.net_cents) < 0
"""


class FailedDebit(NamedTuple):
    """A debit refused by its bank, and the fee that Stripe kept."""

    movement: str
    cents: int
    made_at: dt.datetime
    charge: str


class Difference(NamedTuple):
    """An amount that differs between Stripe and the ledger; null if missing on a side."""

    subject: str
    kind: str
    source: str
    movement: str
    made_at: dt.datetime
    stripe_cents: int | None
    ledger_cents: int | None
    ledger_transaction_id: int | None

    @property
    def cents(self) -> int:
        """The amount at Stripe less the amount in the ledger."""
        return (self.stripe_cents or 0) - (self.ledger_cents or 0)

    @property
    def case_kind(self) -> Case.Kind:
        """The kind of the difference, in the words of a case."""
        if self.stripe_cents is None:
            return Case.Kind.EXTRA
        if self.kind not in KNOWN_KINDS:
            return Case.Kind.UNKNOWN_KIND
        return Case.Kind.MISSING if self.ledger_cents is None else Case.Kind.AMOUNT


class Comparison(NamedTuple):
    """All differences, and the Stripe balance of the ledger, read in the same snapshot."""

    differences: list[Difference]
    ledger_cents: int


def compare(since: dt.datetime, *, subjects: Sequence[str]) -> Comparison:
    """Compare all movements since a moment, and these older subjects."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"since": since, "subjects": list(subjects)})
        *rows, total = cursor.fetchall()
    return Comparison([Difference(*row) for row in rows], total[6])


def first_day_not_compared(*, or_else: dt.date) -> dt.date:
    """Return the day after the last compared day, or the first day of the ledger."""
    last = _last_compared()
    if last is not None:
        return last.last_day + dt.timedelta(days=1)
    first = LedgerTransaction.objects.order_by("occurred_at").first()
    return first.occurred_at.astimezone(dt.UTC).date() if first else or_else


def fetched_until() -> dt.date | None:
    """Return the day before which all moves were fetched, by runs since the last that ended."""
    runs, last = Reconciliation.objects.all(), _last_compared()
    if last is not None:
        runs = runs.filter(begun_at__gte=last.begun_at)
    found: dt.date | None = runs.aggregate(latest=Max("fetched_until"))["latest"]
    return found


def last_compared_at() -> dt.datetime | None:
    """Return when the last comparison that came to its end began."""
    last = _last_compared()
    return last.begun_at if last else None


def _last_compared() -> Reconciliation | None:
    compared = [Reconciliation.State.AGREES, Reconciliation.State.DIFFERS]
    return Reconciliation.objects.filter(state__in=compared).first()


def movements_since(since: dt.datetime) -> tuple[int, int]:
    """Return the number of movements since a moment, and the amount set aside among them."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [since])
        count, aside = cursor.fetchone()
    return count, aside


def subjects_in_question() -> list[str]:
    """Return the subjects of open cases, and of cases closed without a posting."""
    known = Case.objects.filter(
        kind__in=[Case.Kind.MISSING, Case.Kind.EXTRA, Case.Kind.AMOUNT, Case.Kind.UNKNOWN_KIND],
        state__in=[Case.State.OPEN, Case.State.CLOSED],
    )
    return list(known.values_list("subject", flat=True).distinct())


def unbooked(kinds: Sequence[str]) -> list[BalanceTransaction]:
    """Return moves of some kinds that no posting is about."""
    posting = LedgerTransaction.objects.filter(
        business_key=Concat(Value("bt:"), OuterRef("stripe_id"))
    )
    moves = BalanceTransaction.objects.filter(~Exists(posting), kind__in=kinds, currency="eur")
    return list(moves.order_by("pk"))


def failed_debits() -> list[FailedDebit]:
    """Return debits that failed and cost us a fee that no posting is about."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILED_DEBITS)
        return [FailedDebit(*row) for row in cursor.fetchall()]


def foreign_movements(since: dt.datetime) -> list[BalanceTransaction]:
    """Return moves in a currency that our books are not kept in."""
    return list(BalanceTransaction.objects.filter(made_at__gte=since).exclude(currency="eur"))


def payments_without_fee(*, before: dt.datetime) -> list[Payment]:
    """Return payments before a moment with a fee still missing from Stripe."""
    paid = Payment.objects.filter(state=Payment.State.SUCCEEDED, balance_transaction="")
    return list(paid.filter(succeeded_at__lt=before).order_by("pk"))


def refunded_since(moment: dt.datetime) -> int:
    """Return how much went back to merchants since a moment."""
    refunds = Refund.objects.filter(accepted_at__gte=moment)
    return int(refunds.aggregate(cents=Sum("amount_cents", default=0))["cents"])
