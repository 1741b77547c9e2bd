-- A number of the accounts' file is given once, never in a locked month or a closed year, and acts
-- on periods are only added.
CREATE OR REPLACE FUNCTION billing_period_is_locked(day date) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.billing_closedyear WHERE year = extract(year FROM day)
    ) OR coalesce((
        SELECT kind = 'locked' FROM public.billing_periodact
        WHERE month = date_trunc('month', day)::date ORDER BY id DESC LIMIT 1
    ), false);
END $$;

CREATE OR REPLACE FUNCTION billing_entry_is_in_an_open_period() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF public.billing_period_is_locked(NEW.booked_on) THEN
        RAISE EXCEPTION 'the books of % are locked', to_char(NEW.booked_on, 'YYYY-MM')
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER entry_numbers_are_in_open_periods
    BEFORE INSERT ON billing_entrynumber
    FOR EACH ROW EXECUTE FUNCTION billing_entry_is_in_an_open_period();
CREATE OR REPLACE TRIGGER entry_numbers_are_append_only
    BEFORE UPDATE OR DELETE ON billing_entrynumber
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE OR REPLACE TRIGGER entry_numbers_are_never_emptied
    BEFORE TRUNCATE ON billing_entrynumber
    FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE OR REPLACE TRIGGER period_acts_are_append_only
    BEFORE UPDATE OR DELETE ON billing_periodact
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE OR REPLACE TRIGGER closed_years_are_append_only
    BEFORE UPDATE OR DELETE ON billing_closedyear
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
