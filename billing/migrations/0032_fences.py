"""Fence the views of a space's own money: no plan for them uses the money of others."""

from django.db import migrations

from tenants.spaces.database.fences import fence

# Nothing that is asked is applied below an OFFSET. A council's own shares are found first; what is
# asked of a share's own columns narrows those, and only then is each of them described. A row is
# made once more before it is compared (`SELECT own.* OFFSET 0`): else its columns' statistics, which
# are everybody's, decide how many rows are expected.
_SHARES = """
        SELECT h.id, h.reference, h.sale_id, h.council_id, h.state, h.amount_cents,
               h.netted_cents, h.release_at, h.released_at, h.transferred_at, h.aep_bp,
               c.reference AS council_reference, c.name AS council_name
        FROM spaces_tenant t
        JOIN billing_council c ON c.tenant_id = t.id
        JOIN billing_share h ON h.council_id = c.id
        WHERE t.schema_name = current_user::text COLLATE "default"
        OFFSET 0"""


def _part(cents: str) -> str:
    """The operating budget's part of an amount so far, rounded half away from zero."""
    parted = f"(abs({cents}) * w.aep_bp * 2 + 10000) / 20000"
    return f"(CASE WHEN {cents} < 0 THEN -({parted}) ELSE {parted} END)"


_OWED = "e.account IN ('share.held', 'share.due', 'share.owed')"
VIEWS = {
    "billing_own_share": f"""
        SELECT h.id, h.reference, h.council_reference, h.council_name,
               h.state, h.amount_cents, h.netted_cents,
               d.owed_cents,
               d.collected_at, h.release_at, h.released_at, h.transferred_at,
               d.transferred_cents, d.transfer_reference,
               d.merchant_name, d.merchant_slug, d.campaign_reference, d.headline,
               d.starts_on, d.ends_on, d.slots, d.rate_bp, d.terms_version, d.terms_accepted,
               d.weight, d.weight_total, d.net_cents, d.vat_cents, d.gross_cents, d.fee_cents,
               d.refunded_cents, h.aep_bp, d.disputed_cents, d.dispute_state,
               d.dispute_opened_at
        FROM ({_SHARES}) own
        CROSS JOIN LATERAL (SELECT own.* OFFSET 0) h
        CROSS JOIN LATERAL (
            SELECT back.owed_cents, s.collected_at,
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
                   round(s.refunded_cents * part.portion)::bigint AS refunded_cents,
                   round(s.disputed_cents * part.portion)::bigint AS disputed_cents,
                   coalesce(contested.state, '') AS dispute_state,
                   contested.opened_at AS dispute_opened_at
            FROM billing_sale s
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
            LEFT JOIN LATERAL (
                SELECT d.state, d.opened_at FROM billing_dispute d
                WHERE d.sale_id = h.sale_id ORDER BY d.id DESC LIMIT 1
            ) contested ON true
            WHERE s.id = h.sale_id
            OFFSET 0
        ) made
        CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d""",
    # A question about one share narrows the shares: it is in the window's partition. Nothing else
    # passes the window.
    "billing_own_entry": f"""
        SELECT w.id, w.council_reference, w.occurred_at, w.kind, w.cents, w.share_reference,
               w.merchant_name, w.campaign_reference, w.headline, w.stripe_id, w.account,
               {_part("w.so_far")} - {_part("(w.so_far - w.cents)")} AS aep_cents, w.by_bank
        FROM (
            SELECT one.*, (sum(one.cents) OVER so_far)::bigint AS so_far
            FROM (
                SELECT min(e.id) AS id, x.id AS transaction_id, h.council_reference,
                       x.occurred_at, x.kind,
                       (-sum(e.amount_cents) FILTER (WHERE {_OWED}))::bigint AS cents,
                       h.reference AS share_reference, h.aep_bp, m.name AS merchant_name,
                       g.reference AS campaign_reference, g.headline,
                       max(e.stripe_id)::varchar(60) AS stripe_id,
                       bool_or(e.account = 'share.cost') AS earns,
                       coalesce(max(e.account) FILTER (WHERE NOT {_OWED}), 'share.due')::varchar(20)
                           AS account,
                       x.kind = 'claimed' AND starts_with(x.business_key, 'dispute:') AS by_bank
                FROM ({_SHARES}) own
                CROSS JOIN LATERAL (SELECT own.* OFFSET 0) h
                JOIN billing_ledgerentry e
                    ON e.council_id = h.council_id AND e.sale_id = h.sale_id
                JOIN billing_ledgertransaction x ON x.id = e.transaction_id
                JOIN billing_sale s ON s.id = e.sale_id
                JOIN billing_order o ON o.id = s.order_id
                JOIN placements_campaign g ON g.id = o.campaign_id
                JOIN merchants_merchant m ON m.id = s.merchant_id
                GROUP BY x.id, h.id, h.reference, h.council_reference, h.aep_bp, g.id, m.id
            ) one
            WHERE one.cents <> 0
            WINDOW so_far AS (
                PARTITION BY one.share_reference, one.earns
                ORDER BY one.occurred_at, one.transaction_id
            )
        ) w""",
    # A question about a month narrows the entries.
    "billing_own_line": """
        SELECT min(e.id) AS id, e.month, d.campaign_reference, d.merchant_name,
               sum(e.amount_cents)::bigint AS cents, e.council_reference
        FROM (
            SELECT e.id, e.sale_id, e.amount_cents, c.reference AS council_reference,
                   date_trunc('month', x.occurred_at AT TIME ZONE t.time_zone)::date AS month
            FROM spaces_tenant t
            JOIN billing_council c ON c.tenant_id = t.id
            JOIN billing_ledgerentry e ON e.council_id = c.id AND e.account = 'share.cost'
            JOIN billing_ledgertransaction x ON x.id = e.transaction_id
            WHERE t.schema_name = current_user::text COLLATE "default"
            OFFSET 0
        ) own
        CROSS JOIN LATERAL (SELECT own.* OFFSET 0) e
        CROSS JOIN LATERAL (
            SELECT g.reference AS campaign_reference, m.name AS merchant_name
            FROM billing_sale s
            JOIN billing_order o ON o.id = s.order_id
            JOIN placements_campaign g ON g.id = o.campaign_id
            JOIN merchants_merchant m ON m.id = s.merchant_id
            WHERE s.id = e.sale_id
            OFFSET 0
        ) made
        CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d
        GROUP BY e.month, d.campaign_reference, d.merchant_name, e.council_reference""",
    "billing_own_payout_part": f"""
        SELECT d.id, h.reference AS share_reference, d.payout_id,
               d.payout_reference, d.state, d.payout_cents, d.arrives_on, d.made_at, d.cents,
               d.merchant_name
        FROM ({_SHARES}) own
        CROSS JOIN LATERAL (SELECT own.* OFFSET 0) h
        CROSS JOIN LATERAL (
            SELECT q.id, p.id AS payout_id, p.stripe_id AS payout_reference, p.state,
                   p.amount_cents AS payout_cents, p.arrives_on, p.made_at,
                   q.amount_cents AS cents, m.name AS merchant_name
            FROM (
                SELECT q.id, q.payout_id, q.amount_cents
                FROM billing_payoutpart q JOIN billing_transfer w ON w.id = q.transfer_id
                WHERE w.share_id = h.id
                UNION ALL
                SELECT -q.id, q.payout_id, q.amount_cents
                FROM billing_restitutionpart q JOIN billing_restitution r ON r.id = q.restitution_id
                WHERE r.share_id = h.id
            ) q
            JOIN billing_payout p ON p.id = q.payout_id
            JOIN billing_sale s ON s.id = h.sale_id
            JOIN merchants_merchant m ON m.id = s.merchant_id
            OFFSET 0
        ) made
        CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d""",
    "billing_own_day": f"""
        SELECT d.id, h.reference AS share_reference, d.slot, d.day, d.flight_id, d.flight_cents,
               d.weekend_bp, d.starts_on, d.ends_on, d.views, d.clicks
        FROM ({_SHARES}) own
        CROSS JOIN LATERAL (SELECT own.* OFFSET 0) h
        CROSS JOIN LATERAL (
            SELECT k.id * 1000 + (d.day::date - f.starts_on) AS id, f.slot, d.day::date AS day,
                   f.id AS flight_id, k.net_cents AS flight_cents, r.weekend_bp,
                   f.starts_on, f.ends_on, n.views, n.clicks
            FROM billing_saleterms k
            JOIN placements_flight f ON f.id = k.flight_id
            JOIN placements_campaign g ON g.id = f.campaign_id
            JOIN placements_price r ON r.price_list_id = g.price_list_id AND r.slot = f.slot
            CROSS JOIN LATERAL generate_series(f.starts_on, f.ends_on, interval '1 day') AS d (day)
            LEFT JOIN placements_flightday n ON n.flight_id = f.id AND n.day = d.day::date
            WHERE k.sale_id = h.sale_id AND k.council_id = h.council_id
            OFFSET 0
        ) made
        CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d""",
}


class Migration(migrations.Migration):
    dependencies = [("billing", "0031_calls_by_a_caller"), ("spaces", "0015_fences")]
    operations = [
        fence(
            "billing_own_council",
            "billing_own_terms",
            "billing_own_payout",
            "billing_own_statement",
            "billing_own_account_change",
            "billing_own_renewal",
            "billing_own_tax",
        ),
        *(
            migrations.RunSQL(
                f"CREATE OR REPLACE VIEW {name} WITH (security_barrier) AS {body}",
                migrations.RunSQL.noop,
            )
            for name, body in VIEWS.items()
        ),
    ]
