"""Sales for ledger entries to refer to, many at once: rows inserted by the database itself.

No ledger entry is written here. The rows are those of a settlement, without invoice, shares and
calls.
"""

import datetime as dt

from django.db import connection

from infra.drills.inside.money import money_world

_FILL = (
    """
    INSERT INTO placements_campaign (reference, merchant_id, price_list_id, state, headline, text,
        offer, picture, made_at, paid_at, review, reviewed_at, seen_at)
    SELECT 'CB' || n, (%(shops)s::bigint[])[1 + n %% %(many)s], %(prices)s, 'paid', 'Formule', '',
        '', '', %(at)s, %(at)s, 'approved', %(at)s, %(at)s
    FROM generate_series(%(first)s, %(last)s) n
    """,
    """
    INSERT INTO billing_order (uuid, reference, campaign_id, merchant_id, state, net_cents,
        vat_cents, gross_cents, vat_rate_bp, tariff_version, placed_by_id, placed_at, paid_at)
    SELECT gen_random_uuid(), 'OB' || substr(reference, 3), id, merchant_id, 'paid', 100, 20, 120,
        2000, 1, %(by)s, %(at)s, %(at)s
    FROM placements_campaign WHERE reference LIKE 'CB%%' AND id > %(seen)s
    """,
    """
    INSERT INTO billing_payment (uuid, order_id, state, is_duplicate, session_id, url,
        amount_cents, opened_at, expires_at, method, payment_intent, charge, balance_transaction,
        succeeded_at, decline_code, problem)
    SELECT gen_random_uuid(), o.id, 'succeeded', false, 'cs_' || o.reference, '', 120, %(at)s,
        %(at)s, 'card', 'pi_' || o.reference, 'ch_' || o.reference, 'txn_' || o.reference, %(at)s,
        '', ''
    FROM billing_order o WHERE o.campaign_id > %(seen)s AND o.reference LIKE 'OB%%'
    """,
    """
    INSERT INTO billing_sale (uuid, order_id, payment_id, merchant_id, net_cents, vat_cents,
        gross_cents, refunded_cents, transfer_group, collected_at)
    SELECT gen_random_uuid(), o.id, p.id, o.merchant_id, 100, 20, 120, 0, 'order_' || o.uuid, %(at)s
    FROM billing_payment p JOIN billing_order o ON o.id = p.order_id
    WHERE o.campaign_id > %(seen)s AND o.reference LIKE 'OB%%'
    RETURNING id, merchant_id
    """,
)
_SEEN = "SELECT coalesce(max(id), 0) FROM placements_campaign"
_PRICES = "SELECT id FROM placements_pricelist ORDER BY version DESC LIMIT 1"
_COUNT = "SELECT count(*) FROM placements_campaign WHERE reference LIKE 'CB%'"


def fill(people: money_world.MoneyWorld, count: int, at: dt.datetime) -> list[tuple[int, int]]:
    """Write so many sales; return the number and the merchant of each."""
    with connection.cursor() as cursor:
        found = [cursor.execute(one).fetchone()[0] for one in (_SEEN, _PRICES, _COUNT)]
        seen, prices, first = found
        values = {
            "shops": people.shops,
            "many": len(people.shops),
            "prices": prices,
            "at": at,
            "first": first + 1,
            "last": first + count,
            "by": people.staff[0],
            "seen": seen,
        }
        for statement in _FILL:
            cursor.execute(statement, values)
        return [(row[0], row[1]) for row in cursor.fetchall()]
