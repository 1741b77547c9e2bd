-- An enquiry is read by the space that it is for, while a treaty with its writer's is in force.
CREATE OR REPLACE VIEW spaces_own_enquiry WITH (security_barrier) AS
SELECT e.id, e.reference, e.thread, e.item_reference, e.title, e.asker,
       o.name AS space_name, o.id AS asker_space, e.text, e.sent_at
FROM spaces_tenant me
JOIN spaces_enquiry e ON e.tenant_id = me.id
JOIN spaces_tenant o ON o.id = e.asker_tenant_id
WHERE me.schema_name = current_user::text COLLATE "default"
  AND EXISTS (
    SELECT 1 FROM spaces_treaty t
    WHERE t.state = 'accepted'
      AND me.id IN (t.proposer_id, t.partner_id) AND o.id IN (t.proposer_id, t.partner_id)
  )
OFFSET 0;
