"""Faults that are planted into the database itself, by its superuser."""

import psycopg

from infra.local import cells
from infra.local.servers.postgres import SUPERUSER
from infra.local.stack import DATABASE, Stack

_UNFILTERED = """
DO $$
DECLARE
    words text := pg_get_viewdef('public.spaces_own_company'::regclass);
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW public.spaces_own_company AS '
        || regexp_replace(words, 'WHERE .*;', '');
END $$
"""
STATEMENTS: dict[str, str] = {
    "view_without_filter": _UNFILTERED,
    "view_without_fence": _UNFILTERED.replace("'WHERE .*;'", "'OFFSET 0'"),
    "other_schema_granted": (
        "GRANT USAGE ON SCHEMA t_canaryb TO t_canarya;"
        " GRANT SELECT ON t_canaryb.accounts_user TO t_canarya"
    ),
    "membership_inherited": "GRANT t_canaryb TO troovon_app WITH INHERIT TRUE",
    "set_config_given_back": (
        "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC"
    ),
    "other_database_open": "GRANT CONNECT ON DATABASE postgres TO troovon_app",
    "query_text_given_back": "GRANT EXECUTE ON FUNCTION ts_rewrite(tsquery, text) TO PUBLIC",
    "large_objects_given_back": "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC",
    "hosts_change_hands": "GRANT UPDATE (tenant_id) ON public.spaces_domain TO troovon_public",
    "shared_items_without_treaty": (
        "CREATE OR REPLACE VIEW public.spaces_open_item WITH (security_barrier) AS SELECT id,"
        " tenant_id, category, reference, kind, title, description, price_cents, price_unit,"
        " place, author, company, picture, starts_at, created_at, expires_at"
        " FROM public.spaces_shareditem OFFSET 0"
    ),
}


def plant(stack: Stack, name: str) -> None:
    """Build a fault of the database in; any other is the product's processes' own affair.

    Of two clusters, the cell gets it. The first space is at home, so the third is its place there.
    """
    if name in STATEMENTS:
        cluster, database, statement = stack.cluster, DATABASE, STATEMENTS[name]
        if stack.cell:
            cluster, database = stack.cell.cluster, cells.DATABASE
            statement = statement.replace("t_canarya", "t_canaryc")
        url = cluster.url(SUPERUSER, stack.secrets["superuser"], database)
        with psycopg.connect(url, autocommit=True) as line:
            line.execute(statement.encode())
