"""Rights of the public role and of the spaces' roles in `public`, table by table.

A new table is closed until it is listed here; a test compares this list with the database. Only the
owner has rights beyond this list.
"""

from typing import NamedTuple

from django.db import connections

ALL = "SELECT, INSERT, UPDATE, DELETE"
NO_DELETE = "SELECT, INSERT, UPDATE"
APPEND = "SELECT, INSERT"
READ = "SELECT"

PUBLIC_TABLES: dict[str, str] = {
    "accounts_pass": ALL,
    "accounts_secondfactor": ALL,
    "accounts_user": NO_DELETE,
    "geocoding_address": ALL,
    "geocoding_street": ALL,
    "geocoding_streetfile": ALL,
    "geocoding_streetline": ALL,
    "auth_permission": READ,
    "django_content_type": READ,
    "django_migrations": READ,
    "django_session": ALL,
    "spaces_archive": READ,
    "spaces_blueprint": READ,
    "spaces_change": APPEND,
    "spaces_company": READ,
    "spaces_domain": "SELECT, INSERT, DELETE",
    "spaces_domainclaim": "SELECT, INSERT, DELETE",
    "spaces_emaildomain": "SELECT, INSERT, DELETE",  # a trigger asks for the proof
    "spaces_emaildomainclaim": "SELECT, INSERT, DELETE",
    "spaces_enquiry": ALL,
    "spaces_founding": ALL,
    "spaces_gate": "SELECT, INSERT, DELETE",
    "spaces_namebook": "SELECT, UPDATE",  # UPDATE only to hold its row
    "spaces_inspection": READ,
    "spaces_invitationstop": APPEND,
    "spaces_planneddeletion": ALL,
    "spaces_shareditem": ALL,
    "spaces_registeredcompany": ALL,
    "spaces_registeredsite": ALL,
    "spaces_site": APPEND,
    "spaces_tenant": READ,
    "spaces_treaty": NO_DELETE,
    "spaces_treatyclause": APPEND,
    "spaces_spaceoperation": NO_DELETE,
    "spaces_spacestanding": NO_DELETE,
    "merchants_acceptance": APPEND,
    "merchants_correction": APPEND,
    "merchants_invitation": ALL,
    "merchants_joinrequest": NO_DELETE,
    "merchants_membership": ALL,
    "merchants_programtoken": NO_DELETE,
    "merchants_merchant": NO_DELETE,
    "merchants_openinghours": ALL,
    "merchants_published": READ,
    "merchants_sentpicture": ALL,
    "merchants_shopchoice": ALL,
    "merchants_signup": ALL,
    "merchants_vatcheck": APPEND,
    "city_services_cityservice": ALL,
    "city_services_servicefile": ALL,
    "city_services_servicehours": ALL,
    "placements_adgate": ALL,
    "placements_adpreview": NO_DELETE,
    "placements_campaign": NO_DELETE,
    "placements_cataloguereport": ALL,
    "placements_reportanswer": ALL,
    "placements_refusal": NO_DELETE,
    "placements_campaigndeparture": NO_DELETE,
    "placements_campaigndraft": ALL,
    "placements_weeklyreport": ALL,
    "placements_flight": APPEND,
    "placements_flightday": NO_DELETE,
    "placements_flightplay": NO_DELETE,
    "placements_spaceinventory": NO_DELETE,
    "placements_price": APPEND,
    "placements_pricelist": APPEND,
    "offers_offer": NO_DELETE,
    "offers_offerday": NO_DELETE,
    "offers_published": READ,
    "offers_till": ALL,
    "offers_voucher": ALL,
    "billing_council": NO_DELETE,
    "billing_shareterms": NO_DELETE,
    "billing_order": NO_DELETE,
    "billing_orderline": APPEND,
    "billing_payment": NO_DELETE,
    "billing_sale": NO_DELETE,
    "billing_saleterms": APPEND,
    "billing_share": NO_DELETE,
    "billing_transfer": NO_DELETE,
    "billing_refund": NO_DELETE,
    "billing_claim": NO_DELETE,
    "billing_ledgertransaction": APPEND,
    "billing_ledgerentry": APPEND,
    "billing_entrynumber": APPEND,
    "billing_periodact": APPEND,
    "billing_closedyear": APPEND,
    "billing_manualentry": NO_DELETE,
    "billing_accountanttoken": NO_DELETE,
    "billing_bankstatement": ALL,
    "billing_bankline": APPEND,
    "billing_invoiceseries": NO_DELETE,
    "billing_invoice": NO_DELETE,
    "billing_invoiceline": APPEND,
    "billing_stripecall": NO_DELETE,
    "billing_stripeevent": ALL,
    "billing_stripehalt": NO_DELETE,
    "billing_statechange": APPEND,
    "billing_accountchange": NO_DELETE,
    "billing_balancetransaction": APPEND,
    "billing_case": NO_DELETE,
    "billing_councilmandate": NO_DELETE,
    "billing_councilnotice": NO_DELETE,
    "billing_dispute": NO_DELETE,
    "billing_einvoice": NO_DELETE,
    "billing_ledgerbalance": ALL,
    "billing_ledgerclosing": ALL,
    "billing_payout": NO_DELETE,
    "billing_payoutpart": APPEND,
    "billing_promotioncode": NO_DELETE,
    "billing_reconciliation": NO_DELETE,
    "billing_restitution": NO_DELETE,
    "billing_restitutionpart": APPEND,
    "billing_spendlimit": ALL,
    "billing_statement": NO_DELETE,
    "billing_subscription": NO_DELETE,
    "billing_taxpart": APPEND,
    "billing_taxpayment": NO_DELETE,
    "console_operator": "SELECT, DELETE",  # added by the owner alone
    "console_factorreset": "SELECT, INSERT, DELETE",
    "console_queuereminder": ALL,
    "monitoring_announcement": ALL,
    "monitoring_backup": "SELECT",  # written by the owner alone
    "monitoring_scheduledjob": NO_DELETE,
    "monitoring_trouble": NO_DELETE,
}

# Only the founder may change the schema of a host: a row with the owner of a name never moves to
# another owner. A flight paid after its planned start moves to other days, and its order line
# contains the new days; the cost of either never changes. Of a response from VIES, only the time of
# the merchant's mail may be updated.
PUBLIC_COLUMNS: dict[str, tuple[str, ...]] = {
    "billing_orderline": ("description",),
    "merchants_correction": ("mailed_at",),
    "merchants_vatcheck": ("mailed_at",),
    "placements_flight": ("ends_on", "starts_on"),
    "spaces_change": ("mailed_at",),
    "spaces_company": ("badge", "colour", "leaves_on", "left_at"),
    "spaces_domain": ("is_primary", "kind", "since"),
    "spaces_domainclaim": (
        "checked_at",
        "failure",
        "missing_since",
        "proven_at",
        "state",
        "mailed_at",
    ),
    "spaces_emaildomainclaim": (
        "confirmed_at",
        "expires_at",
        "language",
        "nonce",
        "mailed_at",
        "token_hash",
    ),
    "spaces_gate": ("latitude", "longitude", "name"),
    "spaces_site": (
        "break_ends",
        "break_starts",
        "city",
        "latitude",
        "longitude",
        "more_breaks",
        "name",
        "postcode",
        "street",
    ),
    "spaces_tenant": (
        "accent",
        "closed_at",
        "closed_because",
        "factor_from",
        "sharing_turn",
        "language",
        "launches_on",
        "modules_off",
        "name",
        "slug",
        "state",
        "time_zone",
    ),
}

SHARED_TABLES: tuple[str, ...] = (
    "spaces_open_clause",
    "spaces_own_company",
    "spaces_own_email_domain",
    "spaces_own_enquiry",
    "spaces_own_gate",
    "spaces_own_site",
    "spaces_own_standing",
    "spaces_own_tenant",
    "spaces_own_treaty",
    "spaces_open_item",
    "merchants_published",
    "merchants_published_hours",
    "city_services_cityservice",
    "city_services_servicehours",
    "placements_own_gate",
    "placements_own_preview",
    "placements_own_refusal",
    "placements_running",
    "offers_published",
    "billing_own_account_change",
    "billing_own_council",
    "billing_own_day",
    "billing_own_entry",
    "billing_own_line",
    "billing_own_payout",
    "billing_own_payout_part",
    "billing_own_renewal",
    "billing_own_share",
    "billing_own_statement",
    "billing_own_tax",
    "billing_own_terms",
)


_GRANTED = """
    WITH ours AS (
        -- By what depends on the schema, which an index finds: all of pg_class grows with spaces.
        SELECT c.oid, c.relname, c.relowner, c.relacl
        FROM pg_depend p JOIN pg_class c ON c.oid = p.objid
        WHERE p.refclassid = 'pg_namespace'::regclass
          AND p.refobjid = 'public'::regnamespace AND p.classid = 'pg_class'::regclass
          AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
        )
    ), given AS (
        SELECT a.grantee, o.relname, a.privilege_type AS what
        FROM ours o, aclexplode(o.relacl) a WHERE a.grantee <> o.relowner
        UNION ALL
        SELECT a.grantee, o.relname, format('%s ("%s")', a.privilege_type, t.attname)
        FROM ours o JOIN pg_attribute t ON t.attrelid = o.oid, aclexplode(t.attacl) a
        WHERE a.grantee <> o.relowner
    )
    SELECT coalesce(r.rolname, 'public'), g.relname, g.what
    FROM given g LEFT JOIN pg_roles r ON r.oid = g.grantee
"""

_TABLES = """
    SELECT c.relname FROM pg_depend p JOIN pg_class c ON c.oid = p.objid
    WHERE p.refclassid = 'pg_namespace'::regclass AND p.refobjid = 'public'::regnamespace
      AND p.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'v')
"""


class Right(NamedTuple):
    """A right of a role on a table, or on a column of it."""

    role: str
    table: str
    right: str

    @property
    def words(self) -> str:
        """The right and its table, as GRANT and REVOKE want them."""
        return f'{self.right} ON public."{self.table}"'


def wanted() -> set[Right]:
    """Return every right that the lists give."""
    whole = {
        Right(role, table, right)
        for role, tables in (
            ("troovon_public", PUBLIC_TABLES),
            ("troovon_shared", dict.fromkeys(SHARED_TABLES, READ)),
        )
        for table, rights in tables.items()
        for right in rights.split(", ")
    }
    return whole | {
        Right("troovon_public", table, f'UPDATE ("{column}")')
        for table, columns in PUBLIC_COLUMNS.items()
        for column in columns
    }


def granted(alias: str = "default") -> set[Right]:
    """Return every right in `public` of any role except the owner."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_GRANTED)
        return {Right(*row) for row in cursor.fetchall()}


def missing_and_more(alias: str = "default") -> tuple[set[Right], set[Right]]:
    """Return which listed rights are not given, of the tables that there are, and which more are.

    A table that code of tomorrow lists is made before that code runs, or after: no fault.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute(_TABLES)
        tables = {row[0] for row in cursor.fetchall()}
    have, want = granted(alias), {right for right in wanted() if right.table in tables}
    return want - have, have - want


def apply(alias: str = "default") -> None:
    """Grant the missing rights and revoke the others; identities need no right on sequences."""
    missing, more = missing_and_more(alias)
    with connections[alias].cursor() as cursor:
        for right in sorted(more):
            cursor.execute(f"REVOKE {right.words} FROM {_quoted(right.role)}")
        # Taking a right from a table takes it from its columns, too: then they are looked at again.
        for right in sorted(missing_and_more(alias)[0] if more else missing):
            cursor.execute(f"GRANT {right.words} TO {_quoted(right.role)}")


def _quoted(role: str) -> str:
    return "PUBLIC" if role == "public" else f'"{role}"'
