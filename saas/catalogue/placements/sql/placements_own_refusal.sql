-- What the council of the space that asks refuses, and refused, with the names that its pages show.
CREATE OR REPLACE VIEW placements_own_refusal WITH (security_barrier) AS
    SELECT r.id, r.reference, r.merchant_id, r.category, coalesce(m.name, k.name, '') AS merchant_name,
           coalesce(c.headline, '') AS headline, r.reason, r.since, r.until,
           r.company_id, r.for_all
    FROM spaces_tenant t
    JOIN placements_refusal r ON r.tenant_id = t.id
    LEFT JOIN merchants_merchant m ON m.id = r.merchant_id
    LEFT JOIN placements_campaign c ON c.id = r.campaign_id
    LEFT JOIN merchants_merchant k ON k.id = c.merchant_id
    WHERE t.schema_name = current_user::text COLLATE "default"
    OFFSET 0;
