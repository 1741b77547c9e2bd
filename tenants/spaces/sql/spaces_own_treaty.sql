-- The treaties of the space that asks, with what each side gives.
CREATE OR REPLACE VIEW spaces_own_treaty WITH (security_barrier) AS
SELECT t.id, t.reference, t.state, t.proposer_id = me.id AS is_proposer,
       o.name AS other_name, o.slug AS other_slug, t.message,
       t.proposed_by, t.proposed_at, t.answered_at, t.ended_at,
       coalesce(t.ended_by_space_id = me.id, false) AS ended_by_us,
       (SELECT coalesce(jsonb_agg(k.category ORDER BY k.category), '[]')
        FROM spaces_treatyclause k WHERE k.treaty_id = t.id AND k.giver_id = me.id) AS gives,
       (SELECT coalesce(jsonb_agg(k.category ORDER BY k.category), '[]')
        FROM spaces_treatyclause k WHERE k.treaty_id = t.id AND k.giver_id <> me.id) AS takes
FROM spaces_tenant me
JOIN spaces_treaty t ON me.id IN (t.proposer_id, t.partner_id)
JOIN spaces_tenant o ON o.id IN (t.proposer_id, t.partner_id) AND o.id <> me.id
WHERE me.schema_name = current_user::text COLLATE "default"
OFFSET 0;
