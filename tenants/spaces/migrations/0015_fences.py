"""Fence the views of a space's own rows: no plan for them uses those of others."""

from django.db import migrations

from tenants.spaces.database.fences import fence

# A policy is no fence: what a space asks is applied beside it. Of a table without statistics the
# plan tells nothing; what neighbours show is read whole, so that no plan is worse for it.
COLUMNS = (
    *("id", "category", "reference", "kind", "title", "description", "price_cents", "price_unit"),
    *("place", "author", "company", "picture", "created_at", "expires_at", "tenant_id"),
)


class Migration(migrations.Migration):
    dependencies = [("spaces", "0014_hosts_stay")]
    operations = [
        fence(
            "spaces_own_tenant",
            "spaces_own_company",
            "spaces_own_site",
            "spaces_own_gate",
            "spaces_own_email_domain",
            "spaces_own_enquiry",
            "spaces_own_treaty",
            "spaces_open_clause",
        ),
        *(
            migrations.RunSQL(
                [
                    f"ALTER TABLE spaces_shareditem ALTER COLUMN {column} SET STATISTICS 0",
                    f"SELECT pg_clear_attribute_stats('public', 'spaces_shareditem', '{column}',"
                    " false)",
                ],
                f"ALTER TABLE spaces_shareditem ALTER COLUMN {column} SET STATISTICS DEFAULT",
            )
            for column in COLUMNS
        ),
    ]
