-- A host below our own name stays its space's: the web's role may not free it.
CREATE OR REPLACE FUNCTION spaces_a_host_stays_its_spaces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'troovon_public' AND OLD.kind <> 'custom' AND (
        TG_OP = 'DELETE' OR NEW.kind = 'custom'
    ) THEN
        RAISE EXCEPTION 'a host of a space stays its own'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE OR REPLACE TRIGGER a_host_stays_its_spaces BEFORE UPDATE OR DELETE ON spaces_domain
FOR EACH ROW EXECUTE FUNCTION spaces_a_host_stays_its_spaces();
