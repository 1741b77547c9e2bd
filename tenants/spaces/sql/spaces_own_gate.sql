-- The gates of the sites of the space that asks.
CREATE OR REPLACE VIEW spaces_own_gate WITH (security_barrier) AS
SELECT g.id, g.site_id, g.name, g.latitude, g.longitude
FROM spaces_gate g JOIN spaces_site s ON s.id = g.site_id
JOIN spaces_tenant t ON t.id = s.tenant_id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
