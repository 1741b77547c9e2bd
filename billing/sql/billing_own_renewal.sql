-- The subscriptions that pay councils of the space that asks again next month.
CREATE OR REPLACE VIEW billing_own_renewal WITH (security_barrier) AS
SELECT s.id, m.name AS merchant_name, g.headline, s.state, s.paid_until AS next_at,
       round(s.net_cents * sum(f.net_cents) / (
           SELECT sum(e.net_cents) FROM placements_flight e WHERE e.campaign_id = g.id
       ))::bigint AS net_cents
FROM spaces_tenant t
JOIN placements_flight f ON f.tenant_id = t.id
JOIN billing_subscription s ON s.campaign_id = f.campaign_id
JOIN placements_campaign g ON g.id = s.campaign_id
JOIN merchants_merchant m ON m.id = s.merchant_id
WHERE t.schema_name = current_user::text COLLATE "default"
  AND s.state IN ('active', 'past_due', 'ending') AND f.net_cents > 0
GROUP BY s.id, g.id, m.id
OFFSET 0;
