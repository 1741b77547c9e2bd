"""What a space may read of its treaties, and of what others share with it."""

from django.db import migrations

_ME = 'me.schema_name = current_user::text COLLATE "default"'

COMPANY = """
    SELECT c.id, c.name, c.siren, c.head_count{more}
    FROM spaces_company c JOIN spaces_tenant t ON t.id = c.tenant_id
    WHERE t.schema_name = current_user::text COLLATE "default" """

CATEGORIES = """
    (SELECT coalesce(jsonb_agg(k.category ORDER BY k.category), '[]')
     FROM spaces_treatyclause k WHERE k.treaty_id = t.id AND k.giver_id {whose} me.id)"""

VIEWS = {
    "spaces_own_treaty": f"""
        SELECT t.id, t.reference, t.state, t.proposer_id = me.id AS is_proposer,
               o.name AS other_name, o.slug AS other_slug, t.message,
               t.proposed_by, t.proposed_at, t.answered_at, t.ended_at,
               coalesce(t.ended_by_space_id = me.id, false) AS ended_by_us,
               {CATEGORIES.format(whose="=")} AS gives,
               {CATEGORIES.format(whose="<>")} AS takes
        FROM spaces_tenant me
        JOIN spaces_treaty t ON me.id IN (t.proposer_id, t.partner_id)
        JOIN spaces_tenant o ON o.id IN (t.proposer_id, t.partner_id) AND o.id <> me.id
        WHERE {_ME}""",
    "spaces_open_clause": f"""
        SELECT k.id, k.giver_id AS tenant_id, k.category, o.name, o.slug
        FROM spaces_tenant me
        JOIN spaces_treaty t ON me.id IN (t.proposer_id, t.partner_id)
        JOIN spaces_treatyclause k ON k.treaty_id = t.id AND k.giver_id <> me.id
        JOIN spaces_tenant o ON o.id = k.giver_id
        WHERE {_ME} AND t.state = 'accepted' AND o.state = 'active'""",
}

# A space reads what others share row by row: only what an accepted treaty opens to it.
POLICY = """
    ALTER TABLE spaces_shareditem ENABLE ROW LEVEL SECURITY;
    CREATE POLICY the_public_role_keeps_the_door ON spaces_shareditem
        TO troovon_public USING (true) WITH CHECK (true);
    CREATE POLICY a_treaty_opens_it ON spaces_shareditem FOR SELECT TO troovon_shared
        USING (EXISTS (
            SELECT 1 FROM public.spaces_open_clause o
            WHERE o.tenant_id = spaces_shareditem.tenant_id
              AND o.category = spaces_shareditem.category
        ))"""
NO_POLICY = """
    DROP POLICY a_treaty_opens_it ON spaces_shareditem;
    DROP POLICY the_public_role_keeps_the_door ON spaces_shareditem;
    ALTER TABLE spaces_shareditem DISABLE ROW LEVEL SECURITY"""


class Migration(migrations.Migration):
    dependencies = [("spaces", "0003_life_addresses_treaties")]
    operations = [
        *(
            migrations.RunSQL(
                f"CREATE VIEW {name} WITH (security_barrier) AS {body}", f"DROP VIEW {name}"
            )
            for name, body in VIEWS.items()
        ),
        migrations.RunSQL(POLICY, NO_POLICY),
        migrations.RunSQL(
            "CREATE OR REPLACE VIEW spaces_own_company WITH (security_barrier) AS"
            + COMPANY.format(more=", c.badge, c.colour"),
            "DROP VIEW spaces_own_company;"
            " CREATE VIEW spaces_own_company WITH (security_barrier) AS" + COMPANY.format(more=""),
        ),
    ]
