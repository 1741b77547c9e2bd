-- Nothing that is asked is applied below an OFFSET. A council's own shares are found first; what is
-- asked of a share's own columns narrows those, and only then is each of them described. A row is
-- made once more before it is compared (`SELECT own.* OFFSET 0`): else its columns' statistics,
-- which are everybody's, decide how many rows are expected.
-- A question about one share narrows the shares: it is in the window's partition. Nothing else
-- passes the window. As `statements` counts: what each event did to what is owed for a share, taken
-- apart by budget (rounded half away from zero) on what came before it for the same share and the
-- same direction. What a lost dispute took is claimed under the dispute's key.
CREATE OR REPLACE VIEW billing_own_entry WITH (security_barrier) AS
SELECT w.id, w.council_reference, w.occurred_at, w.kind, w.cents, w.share_reference,
       w.merchant_name, w.campaign_reference, w.headline, w.stripe_id, w.account,
       (CASE WHEN w.so_far < 0 THEN -((abs(w.so_far) * w.aep_bp * 2 + 10000) / 20000)
             ELSE (abs(w.so_far) * w.aep_bp * 2 + 10000) / 20000 END)
       - (CASE WHEN (w.so_far - w.cents) < 0
               THEN -((abs((w.so_far - w.cents)) * w.aep_bp * 2 + 10000) / 20000)
               ELSE (abs((w.so_far - w.cents)) * w.aep_bp * 2 + 10000) / 20000 END) AS aep_cents,
       w.by_bank
FROM (
    SELECT one.*, (sum(one.cents) OVER so_far)::bigint AS so_far
    FROM (
        SELECT min(e.id) AS id, x.id AS transaction_id, h.council_reference,
               x.occurred_at, x.kind,
               (-sum(e.amount_cents) FILTER (
                   WHERE e.account IN ('share.held', 'share.due', 'share.owed')
               ))::bigint AS cents,
               h.reference AS share_reference, h.aep_bp, m.name AS merchant_name,
               g.reference AS campaign_reference, g.headline,
               max(e.stripe_id)::varchar(60) AS stripe_id,
               bool_or(e.account = 'share.cost') AS earns,
               coalesce(max(e.account) FILTER (
                   WHERE NOT e.account IN ('share.held', 'share.due', 'share.owed')
               ), 'share.due')::varchar(20) AS account,
               x.kind = 'claimed' AND starts_with(x.business_key, 'dispute:') AS by_bank
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
) w;
