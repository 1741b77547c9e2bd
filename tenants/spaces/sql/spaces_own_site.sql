-- The sites of the space that asks.
CREATE OR REPLACE VIEW spaces_own_site WITH (security_barrier) AS
SELECT s.id, s.name, s.street, s.postcode, s.city, s.latitude, s.longitude, s.head_count,
       s.break_starts, s.break_ends, s.more_breaks
FROM spaces_site s JOIN spaces_tenant t ON t.id = s.tenant_id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
