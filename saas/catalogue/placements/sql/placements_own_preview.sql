-- Ads that wait for councils of the space that asks, with what they show there and when.
CREATE OR REPLACE VIEW placements_own_preview WITH (security_barrier) AS
    SELECT p.id, p.company_id, c.reference AS campaign_reference, c.headline, c.text, c.offer,
           coalesce(nullif(c.picture, ''), m.picture) AS picture, m.name AS merchant_name,
           (SELECT min(f.starts_on) FROM placements_flight f
            WHERE f.campaign_id = c.id AND f.tenant_id = t.id) AS starts_on,
           (SELECT max(f.ends_on) FROM placements_flight f
            WHERE f.campaign_id = c.id AND f.tenant_id = t.id) AS ends_on,
           p.due_at
    FROM spaces_tenant t
    JOIN placements_adpreview p ON p.tenant_id = t.id AND p.state = 'waiting'
    JOIN placements_campaign c ON c.id = p.campaign_id AND c.state = 'paid'
    JOIN merchants_merchant m ON m.id = c.merchant_id
    WHERE t.schema_name = current_user::text COLLATE "default"
    OFFSET 0;
