-- What left the accounts of the councils of the space that asks, for a bank.
CREATE OR REPLACE VIEW billing_own_payout WITH (security_barrier) AS
SELECT p.id, c.reference AS council_reference, p.stripe_id, p.state, p.amount_cents,
       p.arrives_on, p.failure, p.made_at,
       (SELECT coalesce(sum(q.amount_cents), 0)::bigint FROM billing_taxpart q
        WHERE q.payout_id = p.id) AS tax_cents,
       (p.account <> '' AND p.account <> c.stripe_account) AS left_old_account
FROM spaces_tenant t
JOIN billing_council c ON c.tenant_id = t.id
JOIN billing_payout p ON p.council_id = c.id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
