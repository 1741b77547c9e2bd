-- The companies of the space that asks, without those that have left it.
CREATE OR REPLACE VIEW spaces_own_company WITH (security_barrier) AS
SELECT c.id, c.name, c.siren, c.head_count, c.badge, c.colour, c.leaves_on
FROM spaces_company c JOIN spaces_tenant t ON t.id = c.tenant_id
WHERE t.schema_name = current_user::text COLLATE "default" AND c.left_at IS NULL
OFFSET 0;
