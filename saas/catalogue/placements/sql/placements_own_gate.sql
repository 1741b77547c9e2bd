-- Since when the council of the space that asks sees ads before the space does.
CREATE OR REPLACE VIEW placements_own_gate WITH (security_barrier) AS
    SELECT g.id, g.since
    FROM spaces_tenant t JOIN placements_adgate g ON g.tenant_id = t.id
    WHERE t.schema_name = current_user::text COLLATE "default"
    OFFSET 0;
