"""What a space may read of itself: views that filter on the role that asks."""

from django.db import migrations

_HERE = "t.schema_name = current_user::text COLLATE \"default\""

VIEWS = {
    "spaces_own_tenant": f"""
        SELECT t.id, t.schema_name, t.slug, t.name, t.kind, t.time_zone,
               coalesce((SELECT sum(c.head_count) FROM spaces_company c WHERE c.tenant_id = t.id), 0)::integer
                   AS head_count
        FROM spaces_tenant t WHERE {_HERE}""",
    "spaces_own_company": f"""
        SELECT c.id, c.name, c.siren, c.head_count
        FROM spaces_company c JOIN spaces_tenant t ON t.id = c.tenant_id WHERE {_HERE}""",
    "spaces_own_site": f"""
        SELECT s.id, s.name, s.street, s.postcode, s.city, s.latitude, s.longitude, s.head_count,
               s.break_starts, s.break_ends
        FROM spaces_site s JOIN spaces_tenant t ON t.id = s.tenant_id WHERE {_HERE}""",
    "spaces_own_gate": f"""
        SELECT g.id, g.site_id, g.name, g.latitude, g.longitude
        FROM spaces_gate g JOIN spaces_site s ON s.id = g.site_id
        JOIN spaces_tenant t ON t.id = s.tenant_id WHERE {_HERE}""",
    "spaces_own_email_domain": f"""
        SELECT d.id, d.domain
        FROM spaces_emaildomain d JOIN spaces_tenant t ON t.id = d.tenant_id WHERE {_HERE}""",
}


class Migration(migrations.Migration):
    dependencies = [("spaces", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"CREATE VIEW {name} WITH (security_barrier) AS {body}", f"DROP VIEW {name}"
        )
        for name, body in VIEWS.items()
    ]
