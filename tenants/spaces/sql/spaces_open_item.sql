-- The things of other spaces that accepted treaties open to the space that asks. The treaties are
-- found first, then the things of each giver and category: no row that is not open is compared
-- with anything that the space asks.
CREATE OR REPLACE VIEW spaces_open_item WITH (security_barrier) AS
SELECT i.id, o.giver_id AS tenant_id, o.category, i.reference, i.kind, i.title, i.description,
       i.price_cents, i.price_unit, i.place, i.author, i.company, i.picture, i.starts_at,
       i.created_at, i.expires_at
FROM (
    SELECT DISTINCT k.giver_id, k.category
    FROM spaces_tenant me
    JOIN spaces_treaty t ON me.id IN (t.proposer_id, t.partner_id)
    JOIN spaces_treatyclause k ON k.treaty_id = t.id AND k.giver_id <> me.id
    JOIN spaces_tenant g ON g.id = k.giver_id
    WHERE me.schema_name = current_user::text COLLATE "default"
      AND t.state = 'accepted' AND g.state = 'active'
) o
CROSS JOIN LATERAL (
    SELECT s.id, s.reference, s.kind, s.title, s.description, s.price_cents, s.price_unit,
           s.place, s.author, s.company, s.picture, s.starts_at, s.created_at, s.expires_at
    FROM spaces_shareditem s
    WHERE s.tenant_id = o.giver_id AND s.category = o.category
    OFFSET 0
) i
OFFSET 0;
