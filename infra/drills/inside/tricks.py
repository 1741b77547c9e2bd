"""Attempts of an attacker with SQL injected into a statement."""

# ruff: noqa: S608 - statements made of words are what is tried here

from collections.abc import Iterator
from typing import Any

from tenants.spaces.database.birth import BLUEPRINT_LOCK


def against(relation: str, kind: str) -> list[str]:
    """Return the statements that access another schema's table or sequence."""
    if kind == "S":
        return [
            f"SELECT * FROM {relation}",
            f"SELECT nextval('{relation}')",
            f"SELECT currval('{relation}')",
            f"SELECT setval('{relation}', 1)",
        ]
    return [
        f"SELECT * FROM {relation}",
        f"SELECT count(*) FROM {relation}",
        f"TABLE {relation}",
        f"SELECT * FROM {relation} FOR UPDATE",
        f"INSERT INTO {relation} DEFAULT VALUES",
        f"UPDATE {relation} SET id = id",
        f"DELETE FROM {relation}",
        f"TRUNCATE {relation}",
        f"LOCK TABLE {relation} IN ACCESS EXCLUSIVE MODE",
        f"MERGE INTO {relation} USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        f"WITH gone AS (DELETE FROM {relation} RETURNING *) SELECT * FROM gone",
        f"ALTER TABLE {relation} DISABLE ROW LEVEL SECURITY",
        f"DROP TABLE {relation}",
        f"CREATE INDEX ON {relation} (id)",
    ]


def tricks(other: str, table: str) -> Iterator[tuple[str, Any]]:
    """Return ways to another role or to another's rows that need no statement of their own.

    Whether they are refused or simply give nothing is the same: no row of another comes back.
    """
    for text in _stacked(other, table):
        yield text, None
    words = f"'; SET ROLE {other}; SELECT * FROM {table}; --"
    yield "SELECT %s::text", [words]
    yield "SELECT %s::text || $tag$; SET ROLE postgres$tag$", [words]
    yield f"SELECT 1 WHERE 'x' = %s OR EXISTS (SELECT 1 FROM {table})", ["x' OR 1=1 --"]
    for call in _calls(other, table):
        yield f"SELECT {call}", None
    for view in _catalogues():
        yield f"SELECT * FROM {view}", None
    yield f"SELECT * FROM accounts_user WHERE first_name = (SELECT email FROM {table})", None
    yield f"UPDATE accounts_user SET first_name = (SELECT min(email) FROM {table})", None
    yield f"SELECT * FROM pg_stats WHERE schemaname = '{other}'", None
    yield f"SELECT * FROM pg_stats_ext_exprs WHERE schemaname = '{other}'", None


def _stacked(other: str, table: str) -> list[str]:
    return [
        f"SELECT 1; SET ROLE {other}; SELECT * FROM {table}",
        f"SELECT 1;SET LOCAL search_path = {other};SELECT * FROM accounts_user",
        f"SELECT 1 /* ; */; SET ROLE {other} -- ",
        f"SELECT 1 -- \n; SET ROLE {other}; TABLE {table}",
        f"SELECT $a$ ; $a$; RESET ROLE; SET ROLE {other}; TABLE {table}",
        f"COMMIT; SET ROLE {other}; BEGIN; TABLE {table}",
        f"SELECT 1; DO $$ BEGIN EXECUTE 'SET ROLE {other}'; END $$; TABLE {table}",
        f"SELECT 1; COPY {table} TO STDOUT",
        f"SELECT 1; SET SESSION AUTHORIZATION {other}; TABLE {table}",
        f"SELECT E'\\'; SET ROLE {other}; TABLE {table} --'; SET ROLE {other}; TABLE {table}",
    ]


def _calls(other: str, table: str) -> list[str]:
    return [
        f"set_config('role', '{other}', false)",
        f"set_config('search_path', '{other}', false)",
        f"set_config('session_authorization', '{other}', false)",
        "set_config('row_security', 'off', false)",
        f"query_to_xml('SELECT * FROM {table}', true, true, '')",
        f"query_to_xml('SET ROLE {other}', true, true, '')",
        f"query_to_xml_and_xmlschema('SELECT * FROM {table}', true, true, '')",
        f"table_to_xml('{table}', true, true, '')",
        f"schema_to_xml('{other}', true, true, '')",
        "cursor_to_xml('c', 1, true, true, '')",
        *_calls_on_the_server(),
        "lo_create(0)",
        "lo_from_bytea(0, 'x')",
        "lo_import('/etc/passwd')",
        "lo_get(1)",
        "lo_put(1, 0, 'x')",
        "lo_export(1, '/tmp/x')",
        f"dblink('dbname=postgres', 'SELECT * FROM {table}')",
        f"pg_get_viewdef('{other}.accounts_user'::regclass)",
        f"has_table_privilege('{other}', '{table}', 'SELECT')",
        f"row_to_json(u) FROM {table} u",
        f"pg_size_pretty(pg_relation_size('{table}'))",
        f"pg_relation_filepath('{table}')",
    ]


def _calls_on_the_server() -> list[str]:
    return [
        "pg_read_file('PG_VERSION')",
        "pg_read_binary_file('PG_VERSION')",
        "pg_ls_dir('.')",
        "pg_stat_file('PG_VERSION')",
        "pg_ls_logdir()",
        "pg_ls_waldir()",
        "pg_current_logfile()",
        "pg_reload_conf()",
        "pg_rotate_logfile()",
        "pg_switch_wal()",
        "pg_create_restore_point('x')",
        "pg_export_snapshot()",
        "pg_stat_reset()",
        "pg_stat_statements_reset()",
        "pg_logical_emit_message(true, 'x', 'y')",
        "pg_show_all_settings()",
        "pg_get_backend_memory_contexts()",
    ]


def _catalogues() -> list[str]:
    return [
        "pg_stat_activity",
        "pg_stat_statements",
        "pg_largeobject",
        "pg_largeobject_metadata",
        "pg_authid",
        "pg_shadow",
        "pg_statistic",
        "pg_statistic_ext_data",
        "pg_user_mapping",
        "pg_user_mappings",
        "pg_hba_file_rules",
        "pg_file_settings",
        "pg_prepared_statements",
        "pg_prepared_xacts",
        "pg_cursors",
        "pg_stats",
        "pg_stats_ext",
        "pg_seclabels",
        "pg_description",
        "pg_stat_replication",
        "pg_replication_slots",
        "pg_locks",
        "pg_settings WHERE name = 'role'",
        "information_schema.tables",
        "information_schema.columns",
    ]


def refused(other: str) -> list[str]:
    """Return the statements that must be refused, whatever their result."""
    return [
        f"SET SESSION AUTHORIZATION {other}",
        f"UPDATE pg_settings SET setting = '{other}' WHERE name = 'role'",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE TEMP VIEW mine AS SELECT 1",
        "CREATE TABLE mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE EXTENSION dblink",
        "CREATE ROLE mine",
        f"GRANT {other} TO CURRENT_USER",
        f"GRANT USAGE ON SCHEMA {other} TO CURRENT_USER",
        f"ALTER ROLE {other} LOGIN",
        f"ALTER SCHEMA {other} OWNER TO CURRENT_USER",
        f"DROP SCHEMA {other} CASCADE",
        f"REASSIGN OWNED BY {other} TO CURRENT_USER",
        f"IMPORT FOREIGN SCHEMA {other} FROM SERVER nowhere INTO public",
        "COPY accounts_user TO PROGRAM 'cat'",
        "COPY accounts_user TO '/tmp/canaries'",
        "COPY accounts_user FROM '/etc/passwd'",
        "SET session_replication_role = replica",
        "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_user ADD COLUMN mine int",
        "TRUNCATE accounts_user CASCADE",
        "DROP TABLE accounts_user",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "VACUUM FULL pg_class",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity",
        *_refused_beside_tables(other),
        f"SELECT pg_advisory_lock({BLUEPRINT_LOCK})",
        f"SELECT pg_try_advisory_lock({BLUEPRINT_LOCK})",
        f"SELECT pg_advisory_xact_lock_shared({BLUEPRINT_LOCK})",
    ]


def _refused_beside_tables(other: str) -> list[str]:
    return [
        "SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, ''b''::tsquery')",
        "SELECT ts_stat('SELECT to_tsvector(''a'')')",
        "SET temp_file_limit = -1",
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {other} GRANT SELECT ON TABLES TO CURRENT_USER",
        "CREATE PUBLICATION mine",
        "CREATE TYPE mine AS ENUM ('x')",
    ]


def as_the_web() -> list[str]:
    """Return the statements on hosts and mail domains that the web's role may not run."""
    return [
        "UPDATE spaces_domain SET tenant_id = (SELECT max(id) FROM spaces_tenant)",
        "UPDATE spaces_domain SET domain = 'mine.example'",
        "UPDATE spaces_domain SET kind = 'custom'",
        "DELETE FROM spaces_domain WHERE kind <> 'custom'",
        "UPDATE spaces_domainclaim SET tenant_id = (SELECT max(id) FROM spaces_tenant)",
        "INSERT INTO spaces_emaildomain (tenant_id, domain, proven_at) VALUES (1, 'x', now())",
        "UPDATE spaces_emaildomain SET tenant_id = (SELECT max(id) FROM spaces_tenant)",
        "UPDATE spaces_emaildomainclaim SET domain = 'mine.example'",
        "UPDATE spaces_tenant SET schema_name = 'public'",
        "ALTER TABLE spaces_domain DISABLE TRIGGER ALL",
    ]


def in_a_database() -> list[str]:
    """Return the statements that a login tries in every database that it can enter."""
    return [
        "SELECT lo_create(0)",
        "CREATE TEMP TABLE mine (id int)",
        "DO $$ BEGIN END $$",
        "SELECT pg_try_advisory_lock(1)",
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
        "SELECT query_to_xml('SELECT 1', true, true, '')",
        "SET temp_file_limit = -1",
    ]


def talkative(view: str, column: str) -> list[str]:
    """Return queries with an error that would leak a value if run before the view's filter."""
    name = f'public."{view}"'
    return [
        f'SELECT 1 FROM {name} WHERE "{column}"::text::int = 0',
        f'SELECT 1 FROM {name} WHERE 1 / (length("{column}"::text) - length("{column}"::text)) = 0',
        f'SELECT 1 FROM {name} ORDER BY "{column}"::text::inet',
        f'EXPLAIN (ANALYZE, VERBOSE) SELECT "{column}" FROM {name} WHERE "{column}"::text > \'\'',
        f'SELECT min("{column}"::text), max("{column}"::text) FROM {name}',
    ]


def by_design(other: str) -> dict[str, str]:
    """Return the statements open to a role by design, and the catalogues open to every role."""
    return {
        "SET ROLE as a statement of its own": f"SET ROLE {other}",
        "RESET ROLE as a statement of its own": "RESET ROLE",
        "DO with SET ROLE as a statement of its own": (
            f"DO $$ BEGIN EXECUTE 'SET ROLE {other}'; END $$"
        ),
        "names of schemas (pg_namespace)": "SELECT nspname FROM pg_namespace",
        "names of roles (pg_roles)": "SELECT rolname FROM pg_roles",
        "estimates of sizes (pg_class.reltuples)": "SELECT relname, reltuples FROM pg_class",
        "definitions of views (pg_get_viewdef)": (
            "SELECT pg_get_viewdef('public.spaces_own_tenant'::regclass)"
        ),
        "default privileges of one's own (deletion drops them)": (
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"
        ),
        "NOTIFY to any channel": "SELECT pg_notify('canary', 'x')",
        "advisory locks of other numbers": "SELECT pg_try_advisory_xact_lock(1)",
        "statement_timeout set by a statement of its own": "SET LOCAL statement_timeout = 0",
    }
