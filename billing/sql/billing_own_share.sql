-- Nothing that is asked is applied below an OFFSET. A council's own shares are found first; what is
-- asked of a share's own columns narrows those, and only then is each of them described. A row is
-- made once more before it is compared (`SELECT own.* OFFSET 0`): else its columns' statistics,
-- which are everybody's, decide how many rows are expected.
CREATE OR REPLACE VIEW billing_own_share WITH (security_barrier) AS
SELECT h.id, h.reference, h.council_reference, h.council_name,
       h.state, h.amount_cents, h.netted_cents,
       d.owed_cents,
       d.collected_at, h.release_at, h.released_at, h.transferred_at,
       d.transferred_cents, d.transfer_reference,
       d.merchant_name, d.merchant_slug, d.campaign_reference, d.headline,
       d.starts_on, d.ends_on, d.slots, d.rate_bp, d.terms_version, d.terms_accepted,
       d.weight, d.weight_total, d.net_cents, d.vat_cents, d.gross_cents, d.fee_cents,
       d.refunded_cents, h.aep_bp, d.disputed_cents, d.dispute_state,
       d.dispute_opened_at, d.restored_cents, d.restored_due_cents
FROM (
    SELECT h.id, h.reference, h.sale_id, h.council_id, h.state, h.amount_cents,
           h.netted_cents, h.release_at, h.released_at, h.transferred_at, h.aep_bp,
           c.reference AS council_reference, c.name AS council_name
    FROM spaces_tenant t
    JOIN billing_council c ON c.tenant_id = t.id
    JOIN billing_share h ON h.council_id = c.id
    WHERE t.schema_name = current_user::text COLLATE "default"
    OFFSET 0
) own
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
           contested.opened_at AS dispute_opened_at,
           appeal.restored_cents,
           least(appeal.due_cents, appeal.restored_cents) AS restored_due_cents
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
               bool_and(EXISTS (
                   SELECT FROM billing_shareterms a WHERE a.council_id = v.council_id
                   AND a.version >= v.version AND a.accepted_at IS NOT NULL
               )) AS terms_accepted,
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
        FROM billing_claim r WHERE r.share_id = h.id AND r.state = 'owed'
    ) back
    CROSS JOIN LATERAL (
        -- What the council keeps beside its share, as the books have it: an appeal gave it back.
        SELECT CASE WHEN count(*) = 0 THEN 0 ELSE (
                   SELECT coalesce(sum(e.amount_cents), 0)::bigint - h.amount_cents
                   FROM billing_ledgerentry e
                   WHERE e.council_id = h.council_id AND e.account = 'share.cost'
                   AND e.sale_id = h.sale_id
               ) END AS restored_cents,
               coalesce(sum(r.amount_cents) FILTER (
                   WHERE r.state IN ('due', 'sending')
               ), 0)::bigint AS due_cents
        FROM billing_restitution r WHERE r.share_id = h.id
    ) appeal
    LEFT JOIN LATERAL (
        SELECT d.state, d.opened_at FROM billing_dispute d
        WHERE d.sale_id = h.sale_id ORDER BY d.id DESC LIMIT 1
    ) contested ON true
    WHERE s.id = h.sale_id
    OFFSET 0
) made
CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d;
