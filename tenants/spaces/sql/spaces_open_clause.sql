-- The categories that the partners of accepted treaties give to the space that asks.
CREATE OR REPLACE VIEW spaces_open_clause WITH (security_barrier) AS
SELECT k.id, k.giver_id AS tenant_id, k.category, o.name, o.slug
FROM spaces_tenant me
JOIN spaces_treaty t ON me.id IN (t.proposer_id, t.partner_id)
JOIN spaces_treatyclause k ON k.treaty_id = t.id AND k.giver_id <> me.id
JOIN spaces_tenant o ON o.id = k.giver_id
WHERE me.schema_name = current_user::text COLLATE "default"
  AND t.state = 'accepted' AND o.state = 'active'
OFFSET 0;
