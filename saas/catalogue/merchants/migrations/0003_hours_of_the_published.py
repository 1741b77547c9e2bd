"""A space reads when published merchants are open, and nothing of the others."""

from django.db import migrations

POLICY = """
    ALTER TABLE merchants_openinghours ENABLE ROW LEVEL SECURITY;
    CREATE POLICY the_public_role_keeps_the_hours ON merchants_openinghours
        TO troovon_public USING (true) WITH CHECK (true);
    CREATE POLICY a_published_shop_says_when ON merchants_openinghours
        FOR SELECT TO troovon_shared
        USING (EXISTS (SELECT 1 FROM public.merchants_published p WHERE p.id = merchant_id))"""
NO_POLICY = """
    DROP POLICY a_published_shop_says_when ON merchants_openinghours;
    DROP POLICY the_public_role_keeps_the_hours ON merchants_openinghours;
    ALTER TABLE merchants_openinghours DISABLE ROW LEVEL SECURITY"""


class Migration(migrations.Migration):
    dependencies = [("merchants", "0002_published")]
    operations = [migrations.RunSQL(POLICY, NO_POLICY)]
