-- Terms are accepted or declined once, then followed by others.
CREATE OR REPLACE FUNCTION billing_terms_are_only_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.accepted_at IS NULL AND OLD.declined_at IS NULL
        AND (NEW.accepted_at IS NULL OR NEW.declined_at IS NULL)
        AND (OLD.council_id, OLD.version, OLD.rate_bp, OLD.valid_from, OLD.offered_at,
             OLD.offered_by_name)
          = (NEW.council_id, NEW.version, NEW.rate_bp, NEW.valid_from, NEW.offered_at,
             NEW.offered_by_name)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'terms are followed by others, never changed'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER terms_are_only_accepted
    BEFORE UPDATE OR DELETE ON billing_shareterms
    FOR EACH ROW EXECUTE FUNCTION billing_terms_are_only_accepted();
