"""Numbers of the accounts' file (FEC): given once, in the order of validation, without a gap.

Livre des procédures fiscales, article A47 A-1, VII: entries are numbered in the order of their
validation, and a validated entry no longer changes. An event of a locked month is booked on the
first day of the first open month after it; its piece keeps its own day. The opening entry of each
year but the first has number 1.
"""

import datetime as dt

from django.conf import settings
from django.db import connection, transaction

from billing.ledger.settlement.closings import LOCK

# Transactions below the oldest running transaction, and our own: no later commit can take
# an earlier place.
_NUMBER = """
    WITH late AS (
        SELECT event.id, event.occurred_at,
            greatest(event.posted_at, event.occurred_at) AS valid_at,
            (event.occurred_at AT TIME ZONE %(zone)s)::date AS day
        FROM billing_ledgertransaction event
        LEFT JOIN billing_entrynumber given ON given.transaction_id = event.id
        WHERE given.id IS NULL AND (
            event.posted_xid < pg_snapshot_xmin(pg_current_snapshot())
            OR event.posted_xid = pg_current_xact_id_if_assigned()
        )
    ), month AS (
        SELECT first, CASE WHEN billing_period_is_locked(first) THEN (
            SELECT min(later)::date FROM generate_series(
                first, first + interval '30 years', interval '1 month') later
            WHERE NOT billing_period_is_locked(later::date)
        ) END AS moved_to
        FROM (SELECT DISTINCT date_trunc('month', day)::date AS first FROM late) each
    ), dated AS (
        SELECT late.*, coalesce(month.moved_to, late.day) AS booked_on
        FROM late JOIN month ON month.first = date_trunc('month', late.day)::date
    ), beginning AS (
        SELECT least(
            (SELECT min(year) FROM billing_entrynumber),
            (SELECT min(extract(year FROM booked_on)) FROM dated)
        ) AS year
    )
    INSERT INTO billing_entrynumber (transaction_id, year, number, booked_on, numbered_at)
    SELECT id, extract(year FROM booked_on), row_number() OVER year + coalesce(
            (
                SELECT max(number) FROM billing_entrynumber given
                WHERE given.year = extract(year FROM dated.booked_on)
            ),
            (extract(year FROM booked_on) > (SELECT year FROM beginning))::int
        ), booked_on,
        greatest(
            %(at)s, max(valid_at) OVER year, (SELECT max(numbered_at) FROM billing_entrynumber))
    FROM dated
    WINDOW year AS (PARTITION BY extract(year FROM booked_on) ORDER BY valid_at, id)
    ORDER BY valid_at, id
"""


@transaction.atomic
def number_entries(*, at: dt.datetime) -> int:
    """Give each committed ledger transaction without a number its own; return how many.

    `at` is the moment of validation. A second call waits for the first and finds nothing to do.
    """
    lock_numbers()
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, {"zone": settings.PAGE_TIME_ZONE, "at": at})
        return int(cursor.rowcount)


def lock_numbers() -> None:
    """Wait for a running numbering; the next numbering waits for this transaction.

    The lock is that of closings: the rights on the numbers' own table allow no lock of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
