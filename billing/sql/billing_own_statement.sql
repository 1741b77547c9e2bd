-- The statements of the councils of the space that asks.
CREATE OR REPLACE VIEW billing_own_statement WITH (security_barrier) AS
SELECT s.id, s.reference, c.reference AS council_reference, s.first_day, s.last_day,
       s.number, s.net_cents, s.vat_cents, s.opening_cents, s.closing_cents,
       s.asked_by_name, s.made_at, s.rendered_at
FROM spaces_tenant t
JOIN billing_council c ON c.tenant_id = t.id
JOIN billing_statement s ON s.council_id = c.id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
