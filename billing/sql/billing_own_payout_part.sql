-- Nothing that is asked is applied below an OFFSET. A council's own shares are found first; what is
-- asked of a share's own columns narrows those, and only then is each of them described. A row is
-- made once more before it is compared (`SELECT own.* OFFSET 0`): else its columns' statistics,
-- which are everybody's, decide how many rows are expected.
CREATE OR REPLACE VIEW billing_own_payout_part WITH (security_barrier) AS
SELECT d.id, h.reference AS share_reference, d.payout_id,
       d.payout_reference, d.state, d.payout_cents, d.arrives_on, d.made_at, d.cents,
       d.merchant_name
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
CROSS JOIN LATERAL (SELECT made.* OFFSET 0) d;
