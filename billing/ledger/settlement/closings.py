"""Closings: nightly sums of the ledger, so that no query about a past day reads all of it.

A closing contains events that occurred until its moment and were committed before `open_xid`. Each
night every closing takes in entries booked late since the last night: so all closings have the same
`open_xid`.
"""

import datetime as dt
import logging
import zoneinfo

from django.conf import settings
from django.db import connection, transaction

from billing.ledger.queries.balances import BEFORE_ALL
from billing.models import LedgerBalance, LedgerClosing, LedgerTransaction

LOCK = "LOCK TABLE billing_ledgerclosing IN SHARE ROW EXCLUSIVE MODE"
_EDGE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
# Late entries are added up by the first closing that lacks them; all after it lack them too.
_TAKE_IN = """
    WITH late AS (
        SELECT (
                SELECT min(closing.closed_at) FROM billing_ledgerclosing closing
                WHERE closing.closed_at >= event.occurred_at
            ) AS closed_at,
            entry.account, entry.council_id, entry.merchant_id, sum(entry.amount_cents) AS cents
        FROM billing_ledgertransaction event
        JOIN billing_ledgerentry entry ON entry.transaction_id = event.id
        WHERE event.posted_xid >= %s::text::xid8 AND event.posted_xid < %s::text::xid8
        GROUP BY 1, 2, 3, 4
    )
    INSERT INTO billing_ledgerbalance AS balance
        (closing_id, account, council_id, merchant_id, amount_cents)
    SELECT closing.id, late.account, late.council_id, late.merchant_id, sum(late.cents)
    FROM late JOIN billing_ledgerclosing closing ON closing.closed_at >= late.closed_at
    GROUP BY 1, 2, 3, 4
    ON CONFLICT ON CONSTRAINT an_account_has_one_balance_at_a_closing
        DO UPDATE SET amount_cents = balance.amount_cents + EXCLUDED.amount_cents
"""
_CLOSE = """
    INSERT INTO billing_ledgerbalance (closing_id, account, council_id, merchant_id, amount_cents)
    SELECT %(closing)s, account, council_id, merchant_id, sum(amount_cents)
    FROM (
        SELECT account, council_id, merchant_id, amount_cents
        FROM billing_ledgerbalance WHERE closing_id = %(before)s
        UNION ALL
        SELECT entry.account, entry.council_id, entry.merchant_id, entry.amount_cents
        FROM billing_ledgertransaction event
        JOIN billing_ledgerentry entry ON entry.transaction_id = event.id
        WHERE event.occurred_at > %(since)s AND event.occurred_at <= %(moment)s
          AND event.posted_xid < %(open_xid)s::text::xid8
    ) part
    GROUP BY 2, 3, 4 HAVING sum(amount_cents) <> 0
"""
_DIFFERENT = """
    SELECT count(*) FROM (
        SELECT account, council_id, merchant_id, sum(amount_cents) FROM (
            SELECT account, council_id, merchant_id, -amount_cents AS amount_cents
            FROM billing_ledgerbalance WHERE closing_id = %(closing)s
            UNION ALL
            SELECT entry.account, entry.council_id, entry.merchant_id, entry.amount_cents
            FROM billing_ledgertransaction event
            JOIN billing_ledgerentry entry ON entry.transaction_id = event.id
            WHERE event.occurred_at <= %(moment)s
              AND event.posted_xid < %(open_xid)s::text::xid8
        ) part
        GROUP BY 1, 2, 3 HAVING sum(amount_cents) <> 0
    ) different
"""
A_DAY = dt.timedelta(days=1)

logger = logging.getLogger(__name__)


def close_books(*, at: dt.datetime) -> int:
    """Close the ledger at the end of each past day; return the number of missing closings.

    Earlier closings are checked against the whole ledger, and rebuilt if wrong.
    """
    take_in_late()
    if not is_right():
        logger.error("the closings do not agree with the books: they are made anew")
        forget_closings()
    days = _missing(at)
    for moment in days:
        _close(moment)
    return len(days)


@transaction.atomic
def take_in_late() -> None:
    """Add to every closing the entries of older events booked since."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(_EDGE)
        (edge,) = cursor.fetchone()
        last = LedgerClosing.objects.first()
        if last is None or edge <= last.open_xid:
            return
        cursor.execute(_TAKE_IN, [last.open_xid, edge])
        LedgerBalance.objects.filter(amount_cents=0).delete()
        LedgerClosing.objects.update(open_xid=edge)


def is_right() -> bool:
    """Return True if the last closing equals the sum of the whole ledger."""
    last = LedgerClosing.objects.first()
    if last is None:
        return True
    values: dict[str, int | dt.datetime] = {
        "closing": last.pk,
        "moment": last.closed_at,
        "open_xid": last.open_xid,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT, values)
        return bool(cursor.fetchone() == (0,))


@transaction.atomic
def forget_closings() -> None:
    """Leave every question to the whole books, until they are added up again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_ledgerbalance")
        cursor.execute("DELETE FROM billing_ledgerclosing")


def _missing(at: dt.datetime) -> list[dt.datetime]:
    """Return the ends of the days that are over and not added up, oldest first.

    Also those before the first that was: something older may have been booked since.
    """
    first = LedgerTransaction.objects.order_by("occurred_at").first()
    if first is None:
        return []
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    known = set(LedgerClosing.objects.values_list("closed_at", flat=True))
    midnights = []
    day = first.occurred_at.astimezone(zone).date() + A_DAY
    while (midnight := dt.datetime.combine(day, dt.time(), zone)) <= at:
        midnights.append(midnight)
        day += A_DAY
    return [midnight for midnight in midnights if midnight not in known]


@transaction.atomic
def _close(moment: dt.datetime) -> None:
    """Create the closing of a moment, from the previous closing and later entries."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if LedgerClosing.objects.filter(closed_at=moment).exists():
            return
        before = LedgerClosing.objects.filter(closed_at__lt=moment).first()
        edge = _edge(before or LedgerClosing.objects.first())
        closing = LedgerClosing.objects.create(closed_at=moment, open_xid=edge)
        cursor.execute(
            _CLOSE,
            {
                "closing": closing.pk,
                "before": before.pk if before else None,
                "since": before.closed_at if before else BEFORE_ALL.closed_at,
                "moment": moment,
                "open_xid": edge,
            },
        )


def _edge(known: LedgerClosing | None) -> int:
    """Return the `open_xid` of a new closing: the same as of all others."""
    if known is not None:
        return known.open_xid
    with connection.cursor() as cursor:
        cursor.execute(_EDGE)
        return int(cursor.fetchone()[0])
