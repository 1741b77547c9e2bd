-- A mail domain is of a company of its own space; the web's role writes one only where a mailbox confirmed it.
CREATE OR REPLACE FUNCTION spaces_check_mail_domain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.company_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.spaces_company c
        WHERE c.id = NEW.company_id AND c.tenant_id = NEW.tenant_id
    ) THEN
        RAISE EXCEPTION 'a mail domain is of a company of its own space'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_TABLE_NAME = 'spaces_emaildomain' AND current_user = 'troovon_public' AND NOT EXISTS (
        SELECT FROM public.spaces_emaildomainclaim c
        WHERE c.tenant_id = NEW.tenant_id AND c.domain = NEW.domain
          AND c.company_id IS NOT DISTINCT FROM NEW.company_id AND c.confirmed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a mail domain is proven by a mailbox in it'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER a_mail_domain_is_proven BEFORE INSERT OR UPDATE ON spaces_emaildomain
FOR EACH ROW EXECUTE FUNCTION spaces_check_mail_domain();
CREATE OR REPLACE TRIGGER a_mail_domain_is_of_its_space BEFORE INSERT OR UPDATE ON spaces_emaildomainclaim
FOR EACH ROW EXECUTE FUNCTION spaces_check_mail_domain();
