"""The only writer of ledger transactions and entries."""

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction

from billing.models import LedgerEntry
from billing.rules.postings import Line

_INSERT = """
    INSERT INTO billing_ledgertransaction (business_key, kind, occurred_at, source_ref, note)
    VALUES (%s, %s, %s, %s, '')
    ON CONFLICT (business_key) DO NOTHING RETURNING id
"""


@transaction.atomic
def post(key: str, lines: Iterable[Line], *, kind: str, at: dt.datetime, source: str = "") -> bool:
    """Write an event in the books, once for its key; says whether it was new.

    An event without any amount leaves no trace. Raises IntegrityError where it does not balance.
    """
    written = [line for line in lines if line.cents]
    if not written:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [key, kind, at, source])
        row = cursor.fetchone()
        if row is None:
            return False
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                transaction_id=row[0],
                account=line.account,
                amount_cents=line.cents,
                council_id=line.council_id,
                merchant_id=line.merchant_id,
                sale_id=line.sale_id,
                stripe_id=line.stripe_id,
            )
            for line in written
        )
        # The triggers wait for the commit; a mistake is told here, beside what made it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return True
