"""Balances of each account at any moment, read from the closing before it and later entries."""

import datetime as dt
from typing import NamedTuple

from django.db import connection

from billing.models import Account


class Balance(NamedTuple):
    """The balance of an account of a council or merchant; debit positive, credit negative."""

    account: Account
    council_id: int | None
    merchant_id: int | None
    cents: int


class Closing(NamedTuple):
    """Stored balances of the ledger at a moment; `open_xid` marks transactions too late for them.

    Without a closing, the whole ledger comes after it.
    """

    id: int | None
    closed_at: dt.datetime
    open_xid: int


BEFORE_ALL = Closing(None, dt.datetime(1, 1, 1, tzinfo=dt.UTC), 0)

# A copy of this ledger in another cluster may have restarted its transaction ids.
_CLOSING = """
    SELECT id, closed_at, open_xid FROM billing_ledgerclosing
    WHERE closed_at <= %s
      AND open_xid::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot())
    ORDER BY closed_at DESC LIMIT 1
"""
_BALANCES = """
    WITH later AS (
        SELECT id FROM billing_ledgertransaction
        WHERE occurred_at > %(closed_at)s AND occurred_at <= %(moment)s
        UNION ALL
        SELECT id FROM billing_ledgertransaction
        WHERE posted_xid >= %(open_xid)s::text::xid8 AND occurred_at <= %(closed_at)s
          AND %(closing)s::bigint IS NOT NULL
    ), part AS (
        SELECT account, council_id, merchant_id, amount_cents FROM billing_ledgerbalance
        WHERE closing_id = %(closing)s
        UNION ALL
        SELECT entry.account, entry.council_id, entry.merchant_id, entry.amount_cents
        FROM later JOIN billing_ledgerentry entry ON entry.transaction_id = later.id
    )
    SELECT account, council_id, merchant_id, sum(amount_cents)::bigint
    FROM part
    WHERE (%(accounts)s::text[] IS NULL OR account = ANY(%(accounts)s))
      AND (%(council)s::bigint IS NULL OR council_id = %(council)s)
      AND (%(merchant)s::bigint IS NULL OR merchant_id = %(merchant)s)
    GROUP BY account, council_id, merchant_id
    HAVING sum(amount_cents) <> 0
    UNION ALL
    SELECT '', NULL, NULL, (SELECT open_xid FROM billing_ledgerclosing WHERE id = %(closing)s)
    ORDER BY 1, 2, 3
"""

# A single statement sees closings and ledger in the same snapshot, late entries included.
_TOTAL = """
    WITH closing AS MATERIALIZED (
        SELECT id, closed_at, open_xid FROM billing_ledgerclosing
        WHERE open_xid::text::xid8 <= pg_snapshot_xmax(pg_current_snapshot())
        ORDER BY closed_at DESC LIMIT 1
    ), later AS (
        SELECT id FROM billing_ledgertransaction
        WHERE occurred_at > coalesce((SELECT closed_at FROM closing), '-infinity')
        UNION ALL
        SELECT id FROM billing_ledgertransaction
        WHERE posted_xid >= (SELECT open_xid::text::xid8 FROM closing)
          AND occurred_at <= (SELECT closed_at FROM closing)
    )
    SELECT (SELECT count(*) FROM later),
           (SELECT coalesce(sum(amount_cents), 0) FROM billing_ledgerbalance
            WHERE closing_id = (SELECT id FROM closing))::bigint
           + (SELECT coalesce(sum(entry.amount_cents), 0) FROM later
              JOIN billing_ledgerentry entry ON entry.transaction_id = later.id)::bigint
"""


def books() -> tuple[int, int]:
    """Return the number of transactions since the last closing, and the sum of the whole ledger.

    The sum is zero. Only entries since the closing are read, however long the ledger is.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOTAL)
        count, cents = cursor.fetchone()
    return count, cents


def closing_before(moment: dt.datetime) -> Closing:
    """Return the last closing until a moment."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSING, [moment])
        row = cursor.fetchone()
    return Closing(*row) if row else BEFORE_ALL


def balances_at(
    moment: dt.datetime,
    *,
    accounts: list[Account] | None = None,
    council_id: int | None = None,
    merchant_id: int | None = None,
) -> list[Balance]:
    """Return the balances of the accounts at a moment: of all, or of a council or merchant."""
    while True:
        closing = closing_before(moment)
        with connection.cursor() as cursor:
            cursor.execute(
                _BALANCES,
                {
                    "closing": closing.id,
                    "closed_at": closing.closed_at,
                    "open_xid": closing.open_xid,
                    "moment": moment,
                    "accounts": [account.value for account in accounts] if accounts else None,
                    "council": council_id,
                    "merchant": merchant_id,
                },
            )
            (*_, open_xid), *rows = cursor.fetchall()
        # A closing that took in late entries meanwhile would count them twice: read again.
        if closing.id is None or open_xid == closing.open_xid:
            return [Balance(Account(row[0]), *row[1:]) for row in rows]


def sums_at(moment: dt.datetime) -> dict[Account, int]:
    """Return the balance of each account at a moment, summed over councils and merchants."""
    sums: dict[Account, int] = {}
    for balance in balances_at(moment):
        sums[balance.account] = sums.get(balance.account, 0) + balance.cents
    return sums
