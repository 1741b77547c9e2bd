-- The terms that were offered to the councils of the space that asks.
CREATE OR REPLACE VIEW billing_own_terms WITH (security_barrier) AS
SELECT s.id, c.reference AS council_reference, s.version, s.rate_bp, s.valid_from,
       s.offered_at, s.accepted_at, s.accepted_by_name, s.accepted_by_role,
       s.offered_by_name, s.aep_bp, s.resolution, s.declined_at, s.declined_by_name,
       s.declined_because
FROM spaces_tenant t
JOIN billing_council c ON c.tenant_id = t.id
JOIN billing_shareterms s ON s.council_id = c.id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
