"""The only writer of ledger transactions and entries."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import IntegrityError

from billing.ledger.rules.postings import Line
from saas.kernel.database import rows

# A single statement for a whole step: the triggers see each transaction before its entries.
_INSERT = """
    WITH event AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::text[])
            WITH ORDINALITY AS event (business_key, kind, occurred_at, source_ref, place)
    ), written AS (
        INSERT INTO billing_ledgertransaction
            (business_key, kind, occurred_at, source_ref, note)
        SELECT business_key, kind, occurred_at, source_ref, '' FROM event ORDER BY place
        ON CONFLICT (business_key) DO NOTHING RETURNING id, business_key
    ), entered AS (
        INSERT INTO billing_ledgerentry
            (transaction_id, account, amount_cents, currency, council_id, merchant_id,
             sale_id, stripe_id)
        SELECT written.id, line.account, line.cents, 'EUR', line.council_id, line.merchant_id,
               line.sale_id, line.stripe_id
        FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],
                    %s::bigint[], %s::text[])
            WITH ORDINALITY AS line (business_key, account, cents, council_id, merchant_id,
                                     sale_id, stripe_id, place)
        JOIN written USING (business_key)
        ORDER BY line.place
    )
    SELECT business_key FROM written
"""
_FEWEST_ENTRIES = 2


class Event(NamedTuple):
    """The ledger postings of a step, with the business key that makes them idempotent."""

    key: str
    lines: Iterable[Line]
    kind: str
    at: dt.datetime
    source: str = ""


def post(key: str, lines: Iterable[Line], *, kind: str, at: dt.datetime, source: str = "") -> bool:
    """Post an event, once for its key; return True if it was new.

    `source` is Stripe's id of the payment, refund, transfer or balance transaction behind it. An
    event with only zero amounts is not stored. Raises IntegrityError if it does not balance.
    """
    return bool(post_all([Event(key, lines, kind, at, source)]))


def post_all(events: Sequence[Event]) -> set[str]:
    """Post several events of a step at once, each once for its key; return the new keys.

    The keys of a step are distinct. Raises IntegrityError if an event does not balance.
    """
    with_entries = [(event, [line for line in event.lines if line.cents]) for event in events]
    written = [(event, entries) for event, entries in with_entries if entries]
    if not written:
        return set()
    for event, entries in written:
        _check_balance(event.key, entries)
    lines = [(event.key, line) for event, entries in written for line in entries]
    columns = _columns_of([event for event, _entries in written])
    return {key for (key,) in rows.tuples(_INSERT, [*columns, *_columns_of_lines(lines)])}


def _check_balance(key: str, lines: Sequence[Line]) -> None:
    """Raise IntegrityError at the faulty line; the triggers would raise it only at the commit."""
    total = sum(line.cents for line in lines)
    if total or len(lines) < _FEWEST_ENTRIES:
        raise IntegrityError(f"event {key} has {len(lines)} entries with the sum {total}")


def _columns_of(events: Sequence[Event]) -> list[list[object]]:
    return [
        [event.key for event in events],
        [event.kind for event in events],
        [event.at for event in events],
        [event.source for event in events],
    ]


def _columns_of_lines(lines: Sequence[tuple[str, Line]]) -> list[list[object]]:
    return [
        [key for key, _line in lines],
        [line.account.value for _key, line in lines],
        [line.cents for _key, line in lines],
        [line.council_id for _key, line in lines],
        [line.merchant_id for _key, line in lines],
        [line.sale_id for _key, line in lines],
        [line.stripe_id for _key, line in lines],
    ]
