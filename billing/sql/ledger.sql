-- The books can only be added to, each entry belongs to its transaction, and nothing is off by a
-- cent.
ALTER TABLE billing_ledgertransaction
    ADD COLUMN IF NOT EXISTS posted_xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX IF NOT EXISTS events_of_the_books_by_posting
    ON billing_ledgertransaction (posted_xid);

CREATE OR REPLACE FUNCTION billing_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION billing_ledger_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT posted_xid FROM public.billing_ledgertransaction WHERE id = NEW.transaction_id)
        <> pg_current_xact_id()
    THEN
        RAISE EXCEPTION 'ledger transaction % is closed', NEW.transaction_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION billing_ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n int;
    s numeric;
    t bigint;
BEGIN
    IF TG_TABLE_NAME = 'billing_ledgerentry' THEN t := NEW.transaction_id; ELSE t := NEW.id; END IF;
    SELECT count(*), coalesce(sum(amount_cents), 0) INTO n, s
        FROM public.billing_ledgerentry WHERE transaction_id = t;
    IF n < 2 OR s <> 0 THEN
        RAISE EXCEPTION 'ledger transaction % has % entries, sum %', t, n, s
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ledger_transactions_are_append_only
    BEFORE UPDATE OR DELETE ON billing_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE OR REPLACE TRIGGER ledger_transactions_are_never_emptied
    BEFORE TRUNCATE ON billing_ledgertransaction
    FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE OR REPLACE TRIGGER ledger_entries_are_append_only
    BEFORE UPDATE OR DELETE ON billing_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE OR REPLACE TRIGGER ledger_entries_are_never_emptied
    BEFORE TRUNCATE ON billing_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE OR REPLACE TRIGGER ledger_transactions_stay_closed
    BEFORE INSERT ON billing_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_stays_closed();
CREATE CONSTRAINT TRIGGER ledger_transactions_are_balanced
    AFTER INSERT ON billing_ledgertransaction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_balanced();
CREATE CONSTRAINT TRIGGER ledger_entries_are_balanced
    AFTER INSERT ON billing_ledgerentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_balanced();
