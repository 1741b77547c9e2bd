"""What the public role and the spaces' roles may do in `public`, table by table.

A new table is closed until somebody opens it here; a test compares this list with what the
database says. The owner alone may do what is not listed.
"""

from typing import NamedTuple

from django.db import connections

ALL = "SELECT, INSERT, UPDATE, DELETE"
KEEP = "SELECT, INSERT, UPDATE"
APPEND = "SELECT, INSERT"
READ = "SELECT"

PUBLIC_TABLES: dict[str, str] = {
    "accounts_pass": ALL,
    "accounts_user": KEEP,
    "auth_permission": READ,
    "django_content_type": READ,
    "django_migrations": READ,
    "django_session": ALL,
    "spaces_blueprint": READ,
    "spaces_company": ALL,
    "spaces_domain": "SELECT, UPDATE",  # django-tenants clears `is_primary` as whoever asks
    "spaces_emaildomain": ALL,
    "spaces_founding": ALL,
    "spaces_gate": ALL,
    "spaces_site": ALL,
    "spaces_tenant": "SELECT, UPDATE",
    "merchants_merchant": KEEP,
    "merchants_openinghours": ALL,
    "merchants_published": READ,
    "merchants_signup": ALL,
    "city_services_cityservice": ALL,
    "city_services_servicehours": ALL,
    "placements_campaign": KEEP,
    "placements_flight": APPEND,
    "placements_flightday": KEEP,
    "placements_price": APPEND,
    "placements_pricelist": APPEND,
    "billing_council": KEEP,
    "billing_shareterms": KEEP,
    "billing_order": KEEP,
    "billing_orderline": APPEND,
    "billing_payment": KEEP,
    "billing_sale": KEEP,
    "billing_saleterms": APPEND,
    "billing_share": KEEP,
    "billing_transfer": KEEP,
    "billing_refund": KEEP,
    "billing_reversal": KEEP,
    "billing_ledgertransaction": APPEND,
    "billing_ledgerentry": APPEND,
    "billing_invoiceseries": KEEP,
    "billing_invoice": KEEP,
    "billing_invoiceline": APPEND,
    "billing_stripeintent": KEEP,
    "billing_stripeevent": KEEP,
    "billing_stripehalt": KEEP,
    "billing_statechange": APPEND,
    "console_operator": APPEND,
}

SHARED_TABLES: tuple[str, ...] = (
    "spaces_own_company",
    "spaces_own_email_domain",
    "spaces_own_gate",
    "spaces_own_site",
    "spaces_own_tenant",
    "merchants_published",
    "merchants_openinghours",
    "city_services_cityservice",
    "city_services_servicehours",
    "placements_running",
    "billing_own_council",
    "billing_own_entry",
    "billing_own_line",
    "billing_own_share",
    "billing_own_terms",
)


class Right(NamedTuple):
    """One right of one role on one table, as information_schema names them."""

    role: str
    table: str
    right: str


def wanted() -> set[Right]:
    """Return every right that the lists give."""
    return {
        Right(role, table, right)
        for role, tables in (
            ("troovon_public", PUBLIC_TABLES),
            ("troovon_shared", dict.fromkeys(SHARED_TABLES, READ)),
        )
        for table, rights in tables.items()
        for right in rights.split(", ")
    }


def granted(alias: str = "default") -> set[Right]:
    """Return every right that the two roles have in `public`."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE table_schema = 'public' AND grantee IN ('troovon_public', 'troovon_shared')"
        )
        return {Right(*row) for row in cursor.fetchall()}


def apply(alias: str = "default") -> None:
    """Give what is listed and take what is not; sequences follow the right to insert."""
    have = granted(alias)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'v')"
        )
        tables = {row[0] for row in cursor.fetchall()}
        want = {right for right in wanted() if right.table in tables}
        for right in sorted(have - want):
            cursor.execute(f'REVOKE {right.right} ON public."{right.table}" FROM {right.role}')
        for right in sorted(want - have):
            cursor.execute(f'GRANT {right.right} ON public."{right.table}" TO {right.role}')
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO troovon_public")
