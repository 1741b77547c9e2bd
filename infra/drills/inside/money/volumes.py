"""Large books at once: set-based SQL with every trigger and constraint at work, in pieces."""

import datetime as dt
from typing import Any

from django.db import connection, connections, transaction

from billing.models import Council
from infra.drills.inside.money import bulk_sales, money_world

ENTRIES_OF_A_SALE = 11
PIECE = 5_000
DAYS = 365
_EVENTS = """
    INSERT INTO billing_ledgertransaction (business_key, kind, occurred_at, source_ref, note)
    SELECT 'bulk:' || sale || ':' || kind, kind,
           %(at)s - make_interval(secs => (sale * 7919) %% %(seconds)s), 'ch_' || sale, ''
    FROM unnest(%(sales)s::bigint[]) sale,
         unnest(ARRAY['invoiced', 'captured', 'fee', 'shared', 'transferred']) kind
"""
_ENTRIES = """
    INSERT INTO billing_ledgerentry
        (transaction_id, account, amount_cents, currency, council_id, merchant_id, sale_id,
         stripe_id)
    SELECT event.id, line.account, line.cents, 'EUR',
           CASE WHEN line.whose = 'council' THEN %(council)s END,
           CASE WHEN line.whose = 'merchant' THEN sale.merchant_id END,
           sale.id, CASE WHEN line.account = 'stripe.balance' THEN 'ch_' || sale.id ELSE '' END
    FROM billing_sale sale
    CROSS JOIN (VALUES
        ('invoiced', 'receivable', 120, 'merchant'), ('invoiced', 'revenue.placement', -100, ''),
        ('invoiced', 'vat.output', -20, ''),
        ('captured', 'stripe.balance', 120, ''), ('captured', 'receivable', -120, 'merchant'),
        ('fee', 'fees.stripe', 27, ''), ('fee', 'stripe.balance', -27, ''),
        ('shared', 'share.cost', 40, 'council'), ('shared', 'share.held', -40, 'council'),
        ('transferred', 'share.held', 40, 'council'),
        ('transferred', 'bank.transit', -40, 'council')
    ) line (kind, account, cents, whose)
    JOIN billing_ledgertransaction event
        ON event.business_key = 'bulk:' || sale.id || ':' || line.kind
    WHERE sale.id = ANY(%(sales)s)
"""


def fill(people: money_world.MoneyWorld, entries: int, at: dt.datetime) -> int:
    """Write about so many entries of the year before a moment; returns how many there are."""
    council = Council.objects.order_by("pk").values_list("pk", flat=True)[0]
    left = -(-entries // ENTRIES_OF_A_SALE)
    while left > 0:
        with transaction.atomic(), connection.cursor() as cursor:
            sales = [sale for sale, _merchant in bulk_sales.fill(people, min(left, PIECE), at)]
            values: dict[str, Any] = {
                "sales": sales,
                "at": at,
                "council": council,
                "seconds": DAYS * 86_400,
            }
            cursor.execute(_EVENTS, values)
            cursor.execute(_ENTRIES, values)
        left -= PIECE
    with connection.cursor() as cursor:
        return int(cursor.execute("SELECT count(*) FROM billing_ledgerentry").fetchone()[0])


def analyse() -> None:
    """Update the planner's statistics as the owner; autovacuum does it within minutes."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
