-- A space reads what others share row by row: only what an accepted treaty opens to it.
ALTER TABLE spaces_shareditem ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_public_role_keeps_the_door ON spaces_shareditem
    TO troovon_public USING (true) WITH CHECK (true);
CREATE POLICY a_treaty_opens_it ON spaces_shareditem FOR SELECT TO troovon_shared
    USING (EXISTS (
        SELECT 1 FROM public.spaces_open_clause o
        WHERE o.tenant_id = spaces_shareditem.tenant_id
          AND o.category = spaces_shareditem.category
    ));

-- A policy is no fence: what a space asks is applied beside it. Of a table without statistics the
-- plan tells nothing; what neighbours show is read whole, so that no plan is worse for it.
ALTER TABLE spaces_shareditem
    ALTER COLUMN id SET STATISTICS 0,
    ALTER COLUMN category SET STATISTICS 0,
    ALTER COLUMN reference SET STATISTICS 0,
    ALTER COLUMN kind SET STATISTICS 0,
    ALTER COLUMN title SET STATISTICS 0,
    ALTER COLUMN description SET STATISTICS 0,
    ALTER COLUMN price_cents SET STATISTICS 0,
    ALTER COLUMN price_unit SET STATISTICS 0,
    ALTER COLUMN place SET STATISTICS 0,
    ALTER COLUMN author SET STATISTICS 0,
    ALTER COLUMN company SET STATISTICS 0,
    ALTER COLUMN picture SET STATISTICS 0,
    ALTER COLUMN starts_at SET STATISTICS 0,
    ALTER COLUMN created_at SET STATISTICS 0,
    ALTER COLUMN expires_at SET STATISTICS 0,
    ALTER COLUMN tenant_id SET STATISTICS 0;
