-- The replacements of bank accounts of the councils of the space that asks.
CREATE OR REPLACE VIEW billing_own_account_change WITH (security_barrier) AS
SELECT a.id, a.reference, c.reference AS council_reference, a.state, a.old_account,
       a.new_account, a.new_account_state, a.new_account_requirements, a.contact_email,
       a.siren, a.reason, a.asked_at, a.asked_by_reference, a.asked_by_name,
       a.confirmed_at, a.confirmed_by_name, a.ended_at, a.ended_because, a.spare_closed_at
FROM spaces_tenant t
JOIN billing_council c ON c.tenant_id = t.id
JOIN billing_accountchange a ON a.council_id = c.id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
