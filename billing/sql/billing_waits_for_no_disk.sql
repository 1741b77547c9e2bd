-- A statement may end with it, and is a transaction of its own then: as quick as one can be that is
-- simply done again where a crash forgets it. It says nothing of other transactions.
CREATE OR REPLACE FUNCTION billing_waits_for_no_disk() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL synchronous_commit TO off;
    RETURN true;
END $$;
