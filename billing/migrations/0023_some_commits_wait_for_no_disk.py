from django.db import migrations

# A statement may end with it, and is a transaction of its own then: as quick as one can be that is
# simply done again where a crash forgets it. It says nothing of other transactions.
FORWARD = """
CREATE FUNCTION billing_waits_for_no_disk() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL synchronous_commit TO off;
    RETURN true;
END $$;
"""
BACKWARD = "DROP FUNCTION billing_waits_for_no_disk();"


class Migration(migrations.Migration):
    dependencies = [("billing", "0022_claims_that_are_owed")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
