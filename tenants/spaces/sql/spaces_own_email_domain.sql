-- The e-mail domains that the space that asks has proven.
CREATE OR REPLACE VIEW spaces_own_email_domain WITH (security_barrier) AS
SELECT d.id, d.domain, d.company_id
FROM spaces_emaildomain d JOIN spaces_tenant t ON t.id = d.tenant_id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
