"""The books can only be added to, each entry belongs to its transaction, and nothing is off by a cent."""

from django.db import migrations

LEDGER = """
ALTER TABLE billing_ledgertransaction
    ADD COLUMN posted_xid xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE FUNCTION billing_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION billing_ledger_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT posted_xid FROM public.billing_ledgertransaction WHERE id = NEW.transaction_id)
        <> pg_current_xact_id()
    THEN
        RAISE EXCEPTION 'ledger transaction % is closed', NEW.transaction_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION billing_ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER ledger_transactions_are_append_only
    BEFORE UPDATE OR DELETE ON billing_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE TRIGGER ledger_transactions_are_never_emptied
    BEFORE TRUNCATE ON billing_ledgertransaction
    FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE TRIGGER ledger_entries_are_append_only
    BEFORE UPDATE OR DELETE ON billing_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE TRIGGER ledger_entries_are_never_emptied
    BEFORE TRUNCATE ON billing_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION billing_ledger_is_append_only();
CREATE TRIGGER ledger_transactions_stay_closed
    BEFORE INSERT ON billing_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_stays_closed();
CREATE CONSTRAINT TRIGGER ledger_transactions_are_balanced
    AFTER INSERT ON billing_ledgertransaction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_balanced();
CREATE CONSTRAINT TRIGGER ledger_entries_are_balanced
    AFTER INSERT ON billing_ledgerentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_ledger_is_balanced();
"""

TERMS = """
CREATE FUNCTION billing_terms_are_only_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.accepted_at IS NULL
        AND (OLD.council_id, OLD.version, OLD.rate_bp, OLD.valid_from, OLD.offered_at)
          = (NEW.council_id, NEW.version, NEW.rate_bp, NEW.valid_from, NEW.offered_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'terms are followed by others, never changed'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER terms_are_only_accepted
    BEFORE UPDATE OR DELETE ON billing_shareterms
    FOR EACH ROW EXECUTE FUNCTION billing_terms_are_only_accepted();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [
        migrations.RunSQL(LEDGER, migrations.RunSQL.noop),
        migrations.RunSQL(TERMS, migrations.RunSQL.noop),
    ]
