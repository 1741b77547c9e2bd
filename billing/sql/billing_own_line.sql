-- What a campaign brought each council in a month. A question about a month narrows the entries;
-- nothing that is asked is applied below an OFFSET.
CREATE OR REPLACE VIEW billing_own_line WITH (security_barrier) AS
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
GROUP BY e.month, d.campaign_reference, d.merchant_name, e.council_reference;
