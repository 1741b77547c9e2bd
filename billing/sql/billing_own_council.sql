-- The councils of the space that asks.
CREATE OR REPLACE VIEW billing_own_council WITH (security_barrier) AS
SELECT c.id, c.reference, c.name, c.company_id, c.weight,
       c.account_state, c.payouts_state, c.account_needs, c.contact_email,
       c.legal_personality, c.personality_asked_at, c.siren, c.street, c.postcode, c.city,
       c.vat_number, c.is_vat_payer, c.self_billing_since, c.self_billing_version,
       c.account_requirements,
       c.account_deadline_at, c.account_coming, c.account_coming_at, c.account_seen_at,
       c.confirmed_until, c.treasurer_reference, c.secretary_reference, c.ended_at,
       c.account_balance_cents, c.account_balance_at
FROM spaces_tenant t
JOIN billing_council c ON c.tenant_id = t.id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
