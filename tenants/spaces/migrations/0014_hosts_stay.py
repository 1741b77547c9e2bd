"""A host below our own name stays its space's: whoever writes as the web does not free it."""

from django.db import migrations

STAYS = """
CREATE FUNCTION spaces_a_host_stays_its_spaces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'troovon_public' AND OLD.kind <> 'custom' AND (
        TG_OP = 'DELETE' OR NEW.kind = 'custom'
    ) THEN
        RAISE EXCEPTION 'a host of a space stays its own'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER a_host_stays_its_spaces BEFORE UPDATE OR DELETE ON spaces_domain
FOR EACH ROW EXECUTE FUNCTION spaces_a_host_stays_its_spaces();
"""
GOES = """
DROP TRIGGER a_host_stays_its_spaces ON spaces_domain;
DROP FUNCTION spaces_a_host_stays_its_spaces();
"""


class Migration(migrations.Migration):
    dependencies = [("spaces", "0013_company_of_a_domain")]
    operations = [migrations.RunSQL(STAYS, GOES)]
