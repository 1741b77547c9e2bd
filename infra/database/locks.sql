-- What keeps a role from becoming another one, or from reaching what belongs to no schema. Run by
-- the superuser in each database; running it again changes nothing, so an older one catches up.
-- `tenants/spaces/database/locks.py` looks whether all of it holds.

-- A space's role must not be able to become another one inside a SELECT or an UPDATE.
REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO troovon_app, troovon_owner;
REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC;

-- The app's login learns how much its own process at the server remembers of spaces, and ends it in time.
GRANT EXECUTE ON FUNCTION pg_catalog.pg_get_backend_memory_contexts() TO troovon_app;

-- No function of one's own in a statement of its own, either; triggers run without this right.
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO troovon_owner;

-- Large objects, advisory locks, messages between sessions and the log of changes belong to no
-- schema; a query handed over as text needs no name in the statement; to sleep holds a connection.
DO $$
DECLARE
    found regprocedure;
BEGIN
    FOR found IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ (
            '^(lo_.*|loread|lowrite|pg_(try_)?advisory_(xact_)?(un)?lock(_shared)?|pg_notify'
            '|pg_logical_emit_message|pg_export_snapshot|pg_sleep(_for|_until)?'
            '|(query|table|schema|database|cursor)_to_xml(schema|_and_xmlschema)?'
            '|pg_cancel_backend|pg_terminate_backend|ts_stat|ts_rewrite)$'
        )
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', found);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO troovon_owner', found);
    END LOOP;
END
$$;
