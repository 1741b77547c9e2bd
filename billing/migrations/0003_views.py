"""What a space may read of its own councils: views that filter on the role that asks."""

from django.db import migrations

_HERE = "t.schema_name = current_user::text COLLATE \"default\""

VIEWS = {
    "billing_own_council": f"""
        SELECT c.id, c.reference, c.name, c.company_id, c.weight,
               c.account_state, c.payouts_state, c.account_needs, c.contact_email
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        WHERE {_HERE}""",
    "billing_own_terms": f"""
        SELECT s.id, c.reference AS council_reference, s.version, s.rate_bp, s.valid_from,
               s.offered_at, s.accepted_at, s.accepted_by_name, s.accepted_by_role
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_shareterms s ON s.council_id = c.id
        WHERE {_HERE}""",
    "billing_own_share": f"""
        SELECT h.id, h.reference, c.reference AS council_reference, c.name AS council_name,
               h.state, h.amount_cents, h.netted_cents,
               back.owed_cents,
               s.collected_at, h.release_at, h.released_at, h.transferred_at,
               coalesce(w.amount_cents, 0) AS transferred_cents,
               coalesce(w.stripe_id, '') AS transfer_reference,
               m.name AS merchant_name, m.slug AS merchant_slug,
               g.reference AS campaign_reference, g.headline,
               part.starts_on, part.ends_on, part.slots,
               part.rate_bp, part.terms_version, part.terms_accepted,
               part.weight, part.weight_total, part.net_cents,
               round(s.vat_cents * part.portion)::bigint AS vat_cents,
               part.net_cents + round(s.vat_cents * part.portion)::bigint AS gross_cents,
               round(p.fee_cents * part.portion)::bigint AS fee_cents,
               round(s.refunded_cents * part.portion)::bigint AS refunded_cents
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_share h ON h.council_id = c.id
        JOIN billing_sale s ON s.id = h.sale_id
        JOIN billing_payment p ON p.id = s.payment_id
        JOIN billing_order o ON o.id = s.order_id
        JOIN placements_campaign g ON g.id = o.campaign_id
        JOIN merchants_merchant m ON m.id = s.merchant_id
        LEFT JOIN billing_transfer w ON w.share_id = h.id AND w.state = 'done'
        CROSS JOIN LATERAL (
            SELECT min(f.starts_on) AS starts_on, max(f.ends_on) AS ends_on,
                   string_agg(DISTINCT f.slot, ',' ORDER BY f.slot) AS slots,
                   max(k.rate_bp) AS rate_bp, max(v.version) AS terms_version,
                   bool_and(v.accepted_at IS NOT NULL) AS terms_accepted,
                   max(k.weight) AS weight, max(k.weight_total) AS weight_total,
                   sum(k.net_cents)::bigint AS net_cents,
                   sum(k.net_cents) / s.net_cents AS portion
            FROM billing_saleterms k
            JOIN placements_flight f ON f.id = k.flight_id
            JOIN billing_shareterms v ON v.id = k.terms_id
            WHERE k.sale_id = h.sale_id AND k.council_id = h.council_id
        ) part
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.amount_cents - r.settled_cents), 0)::bigint AS owed_cents
            FROM billing_reversal r WHERE r.share_id = h.id AND r.state = 'owed'
        ) back
        WHERE {_HERE}""",
    "billing_own_entry": f"""
        SELECT e.id, c.reference AS council_reference, x.occurred_at, x.kind,
               e.amount_cents AS cents, h.reference AS share_reference, m.name AS merchant_name,
               g.reference AS campaign_reference, g.headline, e.stripe_id
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_ledgerentry e
            ON e.council_id = c.id AND e.account IN ('share.cost', 'stripe.balance', 'bad_debt')
        JOIN billing_ledgertransaction x ON x.id = e.transaction_id
        JOIN billing_share h ON h.sale_id = e.sale_id AND h.council_id = c.id
        JOIN billing_sale s ON s.id = e.sale_id
        JOIN billing_order o ON o.id = s.order_id
        JOIN placements_campaign g ON g.id = o.campaign_id
        JOIN merchants_merchant m ON m.id = s.merchant_id
        WHERE {_HERE}""",
    "billing_own_line": f"""
        SELECT min(e.id) AS id,
               date_trunc('month', x.occurred_at AT TIME ZONE t.time_zone)::date AS month,
               g.reference AS campaign_reference, m.name AS merchant_name,
               sum(e.amount_cents)::bigint AS cents
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_ledgerentry e ON e.council_id = c.id AND e.account = 'share.cost'
        JOIN billing_ledgertransaction x ON x.id = e.transaction_id
        JOIN billing_sale s ON s.id = e.sale_id
        JOIN billing_order o ON o.id = s.order_id
        JOIN placements_campaign g ON g.id = o.campaign_id
        JOIN merchants_merchant m ON m.id = s.merchant_id
        WHERE {_HERE}
        GROUP BY 2, g.reference, m.name""",
}


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_ledger"),
        ("spaces", "0001_initial"),
        ("placements", "0001_initial"),
        ("merchants", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(
            f"CREATE VIEW {name} WITH (security_barrier) AS {body}", f"DROP VIEW {name}"
        )
        for name, body in VIEWS.items()
    ]
