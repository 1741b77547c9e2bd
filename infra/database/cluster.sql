-- What belongs to no database: who enters the others of this cluster. Run by the superuser after
-- roles.sql, from any database; running it again changes nothing, so an older cluster catches up.
-- `postgres` and `template1` get locks.sql as well: what is copied from `template1` has it then.
-- `tenants/spaces/database/locks.py` looks at every database of the cluster.

-- A new database is open to everybody: in it stand open large objects, temporary tables, DO,
-- `set_config` and advisory locks, and a session of it may cancel the product's own. The owner
-- comes in where a deleted space once left something.
DO $$
DECLARE
    found name;
BEGIN
    FOR found IN SELECT datname FROM pg_database LOOP
        EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', found);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO troovon_owner', found);
    END LOOP;
END
$$;

-- The blueprint of a space is made in a database of its own, for a moment: among thousands of
-- spaces it would take minutes.
ALTER ROLE troovon_owner CREATEDB;

-- access.sql limits the temporary files of a statement; building an index may need more.
ALTER ROLE troovon_owner SET temp_file_limit = -1;
