-- The proof of the space that asks, and how many invitations left it on the last day.
CREATE OR REPLACE VIEW spaces_own_standing WITH (security_barrier) AS
SELECT s.id, s.state, s.flagged, s.decided_at, s.active_members,
       s.invited_on, s.invited, s.invited_outside
FROM spaces_spacestanding s JOIN spaces_tenant t ON t.id = s.tenant_id
WHERE t.schema_name = current_user::text COLLATE "default"
OFFSET 0;
