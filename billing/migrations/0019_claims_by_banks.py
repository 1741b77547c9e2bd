from django.db import migrations

_HERE = "t.schema_name = current_user::text COLLATE \"default\""


def _part(cents: str) -> str:
    """The operating budget's part of an amount so far, rounded half away from zero."""
    parted = f"(abs({cents}) * w.aep_bp * 2 + 10000) / 20000"
    return f"(CASE WHEN {cents} < 0 THEN -({parted}) ELSE {parted} END)"


_OWED = "e.account IN ('share.held', 'share.due', 'share.owed')"
# What a lost dispute took is claimed under the dispute's key, what a refund took under its own.
WIDER = f"""
    SELECT w.id, w.council_reference, w.occurred_at, w.kind, w.cents, w.share_reference,
           w.merchant_name, w.campaign_reference, w.headline, w.stripe_id, w.account,
           {_part("w.so_far")} - {_part("(w.so_far - w.cents)")} AS aep_cents, w.by_bank
    FROM (
        SELECT one.*, (sum(one.cents) OVER so_far)::bigint AS so_far
        FROM (
            SELECT min(e.id) AS id, x.id AS transaction_id, c.reference AS council_reference,
                   x.occurred_at, x.kind,
                   (-sum(e.amount_cents) FILTER (WHERE {_OWED}))::bigint AS cents,
                   h.reference AS share_reference, h.aep_bp, m.name AS merchant_name,
                   g.reference AS campaign_reference, g.headline,
                   max(e.stripe_id)::varchar(60) AS stripe_id,
                   bool_or(e.account = 'share.cost') AS earns,
                   coalesce(max(e.account) FILTER (WHERE NOT {_OWED}), 'share.due')::varchar(20)
                       AS account,
                   x.kind = 'claimed' AND starts_with(x.business_key, 'dispute:') AS by_bank
            FROM spaces_tenant t
            JOIN billing_council c ON c.tenant_id = t.id
            JOIN billing_ledgerentry e ON e.council_id = c.id
            JOIN billing_ledgertransaction x ON x.id = e.transaction_id
            JOIN billing_share h ON h.sale_id = e.sale_id AND h.council_id = c.id
            JOIN billing_sale s ON s.id = e.sale_id
            JOIN billing_order o ON o.id = s.order_id
            JOIN placements_campaign g ON g.id = o.campaign_id
            JOIN merchants_merchant m ON m.id = s.merchant_id
            WHERE {_HERE}
            GROUP BY x.id, c.id, h.id, g.id, m.id
        ) one
        WHERE one.cents <> 0
        WINDOW so_far AS (
            PARTITION BY one.share_reference, one.earns
            ORDER BY one.occurred_at, one.transaction_id
        )
    ) w"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0018_stuck_steps'),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE OR REPLACE VIEW billing_own_entry WITH (security_barrier) AS {WIDER}",
            migrations.RunSQL.noop,
        ),
    ]
