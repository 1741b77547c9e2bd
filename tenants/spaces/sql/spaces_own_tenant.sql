-- The space that asks.
CREATE OR REPLACE VIEW spaces_own_tenant WITH (security_barrier) AS
SELECT t.id, t.schema_name, t.slug, t.name, t.kind, t.time_zone, t.modules_off, t.launches_on,
       coalesce(
           (SELECT sum(c.head_count) FROM spaces_company c
            WHERE c.tenant_id = t.id AND c.left_at IS NULL), 0
       )::integer AS head_count
FROM spaces_tenant t
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
