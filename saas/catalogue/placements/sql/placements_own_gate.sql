-- Which councils of the space that asks see ads before the space does, and since when.
CREATE OR REPLACE VIEW placements_own_gate WITH (security_barrier) AS
    SELECT g.id, g.company_id, g.since
    FROM spaces_tenant t JOIN placements_adgate g ON g.tenant_id = t.id
    WHERE t.schema_name = current_user::text COLLATE "default"
    OFFSET 0;
