-- The VAT of bills of the councils of the space that asks, and where it stands.
CREATE OR REPLACE VIEW billing_own_tax WITH (security_barrier) AS
SELECT x.id, c.reference AS council_reference, s.reference AS statement_reference, s.number,
       x.state, x.amount_cents, x.netted_cents, x.due_at, x.done_at, x.stripe_id
FROM spaces_tenant t
JOIN billing_council c ON c.tenant_id = t.id
JOIN billing_statement s ON s.council_id = c.id
JOIN billing_taxpayment x ON x.statement_id = s.id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
