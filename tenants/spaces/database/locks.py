"""Checks of the seals between spaces, independent of the backend, with the open faults.

A process that serves people refuses to start if the wall itself has a fault; `/health/ready`
reports every fault, with the same sentences.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connections

from saas.kernel import schema
from saas.kernel.watching.log_context import Vouched
from tenants.spaces.database import grants, server
from tenants.spaces.database.base import DatabaseWrapper
from tenants.spaces.database.cells import directory
from tenants.spaces.database.cursors import OneStatementCursor

REMEMBERED_SECONDS = 15.0
PATIENCE_SECONDS = 10.0
# Functions of PostgreSQL that belong to no schema; infra/database/locks.sql takes them away.
CLOSED = (
    "^(lo_.*|loread|lowrite|pg_(try_)?advisory_(xact_)?(un)?lock(_shared)?|pg_notify"
    "|pg_logical_emit_message|pg_export_snapshot|pg_sleep(_for|_until)?"
    "|(query|table|schema|database|cursor)_to_xml(schema|_and_xmlschema)?"
    "|pg_cancel_backend|pg_terminate_backend|ts_stat|ts_rewrite)$"
)
SENTENCES = {
    "set_config": "set_config may be called by {}: a statement could change its role",
    "pg_settings": "pg_settings may be updated by {}: a statement could change its role",
    "cursor": "the app's cursor is {}: it sends several statements in one message",
    "login": "the app's login has the attribute {}",
    "owns": "the app's login owns {}",
    "enters": "the app's login may become {}, which is no space's role",
    "inherits": "the app's login has the rights of {} without becoming it",
    "member": "of the roles of spaces, {} is a member of more than troovon_shared",
    "power": "of the roles of spaces, {} has an attribute that roles of spaces have not",
    "proxy": "between the app and PostgreSQL stands a proxy that shares connections"
    " between transactions (PgBouncer needs pool_mode = session)",
    "outside": "{} is installed and reaches beyond this database",
    "database": "{} is granted on the database",
    "create": "{} may make objects in public",
    "definer": "{} runs as its owner, or runs a text that it is given",
    "closed": "functions of PostgreSQL that every database closes may be called: {}",
    "elsewhere": "beside this database, the app's roles may connect to {}",
    "disk": "a statement may fill the disk with temporary files: temp_file_limit is {}",
    "language": "everybody may write functions: {}",
    "grants": "the rights in public are not those of the list: {}",
}
# A fault in any of these lets a wrong statement open other spaces: the process refuses to start.
WALL = frozenset(
    {
        *("set_config", "pg_settings", "cursor", "login", "owns", "enters", "inherits"),
        *("member", "power", "proxy", "elsewhere"),
    }
)
# A managed PostgreSQL gives no access to its superuser, so these cannot be closed there.
OF_A_SUPERUSER = frozenset({"set_config", "pg_settings", "elsewhere"})
_OF_THE_LOGIN = frozenset({"cursor", "login", "owns", "enters", "inherits"})
_MOST_NAMED = 5
_ROLES = """
    WITH spaces AS (
        SELECT r.oid, r.rolname, r.rolsuper OR r.rolcreaterole OR r.rolcreatedb
            OR r.rolbypassrls OR r.rolreplication AS powerful
        FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
        WHERE m.roleid = (SELECT oid FROM pg_roles WHERE rolname = 'troovon_shared')
            AND r.rolname <> 'troovon_owner' AND NOT r.rolsuper
    ), login AS (SELECT * FROM pg_roles WHERE rolname = session_user)
    SELECT 'login', a.name FROM login l, LATERAL (VALUES
        ('SUPERUSER', l.rolsuper), ('INHERIT', l.rolinherit), ('CREATEROLE', l.rolcreaterole),
        ('CREATEDB', l.rolcreatedb), ('REPLICATION', l.rolreplication),
        ('BYPASSRLS', l.rolbypassrls)) AS a (name, has) WHERE a.has
    UNION ALL
    SELECT 'owns', pg_describe_object(d.classid, d.objid, d.objsubid) FROM login l
        JOIN pg_shdepend d ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = l.oid
        WHERE d.deptype = 'o'
            AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    UNION ALL
    SELECT 'enters', r.rolname FROM login l JOIN pg_auth_members m ON m.member = l.oid
        JOIN pg_roles r ON r.oid = m.roleid
        WHERE r.rolname <> 'troovon_public' AND r.oid NOT IN (SELECT oid FROM spaces)
    UNION ALL
    SELECT 'inherits', r.rolname FROM login l
        JOIN pg_auth_members m ON m.member = l.oid AND m.inherit_option
        JOIN pg_roles r ON r.oid = m.roleid
    UNION ALL
    SELECT 'member', s.rolname FROM spaces s JOIN pg_auth_members m ON m.member = s.oid
        WHERE m.roleid <> (SELECT oid FROM pg_roles WHERE rolname = 'troovon_shared')
    UNION ALL
    SELECT 'power', s.rolname FROM spaces s WHERE s.powerful
    UNION ALL
    -- Another database of the owner's is closed by the same files; nobody enters any other. One
    -- that takes no connections is being made.
    SELECT DISTINCT 'elsewhere', d.datname
        FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE d.datallowconn AND d.datname <> current_database()
            AND a.privilege_type = 'CONNECT' AND a.grantee <> d.datdba
            AND (a.grantee = 0
                OR d.datdba <> (SELECT oid FROM pg_roles WHERE rolname = 'troovon_owner')
                AND (r.oid IN (SELECT oid FROM spaces)
                    OR r.rolname IN ('troovon_app', 'troovon_public', 'troovon_shared')))
"""
_OBJECTS = """
    WITH routines AS (
        SELECT p.*, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
        FROM pg_proc p
    )
    SELECT 'set_config', coalesce(r.rolname, 'PUBLIC') FROM routines p
        LEFT JOIN pg_roles r ON r.oid = (p.acl).grantee
        WHERE p.oid = 'pg_catalog.set_config(text, text, boolean)'::regprocedure
            AND (p.acl).grantee <> p.proowner
            AND coalesce(r.rolname NOT IN (session_user, 'troovon_app', 'troovon_owner'), true)
    UNION ALL
    SELECT 'pg_settings', coalesce(r.rolname, 'PUBLIC')
        FROM pg_class c, aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE c.oid = 'pg_catalog.pg_settings'::regclass
            AND a.privilege_type = 'UPDATE' AND a.grantee <> c.relowner
    UNION ALL
    SELECT 'outside', extname FROM pg_extension WHERE extname = 'dblink'
    UNION ALL
    SELECT 'outside', fdwname FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'outside', lanname FROM pg_language
        WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c')
    UNION ALL
    SELECT 'database', a.privilege_type || ' to ' || coalesce(r.rolname, 'PUBLIC')
        FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE d.datname = current_database() AND a.grantee <> d.datdba
            AND a.privilege_type IN ('CREATE', 'TEMPORARY')
    UNION ALL
    SELECT 'create', coalesce(r.rolname, 'PUBLIC')
        FROM pg_namespace n, aclexplode(n.nspacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE n.nspname = 'public' AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
    UNION ALL
    SELECT DISTINCT 'definer', p.oid::regprocedure::text FROM routines p
        JOIN pg_language l ON l.oid = p.prolang
        WHERE p.pronamespace NOT IN (
                'pg_catalog'::regnamespace, 'information_schema'::regnamespace)
            AND p.prorettype <> 'trigger'::regtype AND (p.acl).grantee <> p.proowner
            AND (p.prosecdef OR l.lanname NOT IN ('sql', 'internal', 'c')
                AND p.prosrc ~* '\\mexecute\\M')
    UNION ALL
    SELECT 'closed', p.oid::regprocedure::text || ' by ' || coalesce(r.rolname, 'everybody')
        FROM routines p LEFT JOIN pg_roles r ON r.oid = (p.acl).grantee
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ %(closed)s
            AND (p.acl).grantee <> p.proowner AND r.rolname IS DISTINCT FROM 'troovon_owner'
    UNION ALL
    SELECT 'disk', 'without limit' WHERE current_setting('temp_file_limit') = '-1'
        AND session_user <> 'troovon_owner'
    UNION ALL
    SELECT 'language', l.lanname FROM pg_language l,
        aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a
        WHERE l.lanname NOT IN ('internal', 'c', 'sql') AND a.grantee = 0
"""
_log = logging.getLogger(__name__)
_remembered: dict[str, tuple[float, list[str]]] = {}


class Fault(NamedTuple):
    """An open lock: its name, and the objects that open it."""

    lock: str
    names: Sequence[str]

    @property
    def sentence(self) -> str:
        """Return the message for the operator of Troovon."""
        more = len(self.names) - _MOST_NAMED
        named = ", ".join(self.names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        return SENTENCES[self.lock].format(named)


def faults(alias: str = "default") -> list[str]:
    """Return a sentence for each open lock; an empty list if all locks hold."""
    return [fault.sentence for fault in inspect(alias)]


def lately(alias: str = "default") -> list[str]:
    """Return the faults, cached for some seconds, for frequent callers."""
    now = time.monotonic()
    known = _remembered.get(alias)
    if known is None or known[0] < now:
        known = _remembered[alias] = now + REMEMBERED_SECONDS, faults(alias)
    return known[1]


def forget() -> None:
    """Look again when next asked."""
    _remembered.clear()


def inspect(alias: str = "default") -> list[Fault]:
    """Ask the database and the connection for every lock."""
    connection: Any = connections[alias]
    before = connection.schema_name
    connection.set_schema(schema.PUBLIC)
    try:
        open_locks = _open_locks(connection, alias)
    finally:
        connection.set_schema(before)
    if not connection.assumes_role:
        open_locks = [(lock, name) for lock, name in open_locks if lock not in _OF_THE_LOGIN]
    return [
        Fault(lock, sorted(name for other, name in open_locks if other == lock))
        for lock in SENTENCES
        if any(other == lock for other, _ in open_locks)
    ]


def _open_locks(connection: Any, alias: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        factory = connection.connection.cursor_factory
        found = [] if issubclass(factory, OneStatementCursor) else [("cursor", factory.__name__)]
        cursor.execute(_ROLES)
        found += cursor.fetchall()
        cursor.execute(_OBJECTS, {"closed": CLOSED})
        found += cursor.fetchall()
        found += [("proxy", "")] if server.is_shared(connection.connection) else []
    drift = set.union(*grants.missing_and_more(alias))
    return found + [("grants", f"{right.words} for {right.role}") for right in drift]


def refuse_to_start_open(**_: Any) -> None:
    """Let a process that serves people begin only where the wall has no hole."""
    found = _inspect_with_patience()
    for cell in settings.CELLS:
        found += _inspect_cell(cell)
    for fault in found:
        _log.warning("a lock is open: %s", Vouched(fault.sentence))
    holes = [fault for fault in found if fault.lock in _wall()]
    if holes:
        sentences = "; ".join(fault.sentence for fault in holes)
        raise SystemExit(f"Troovon does not start while spaces are not sealed: {sentences}.")


def _inspect_cell(cell: str) -> list[Fault]:
    """Inspect a cell; while it is away, the process serves the spaces of the others."""
    alias = directory.alias_in(cell, "default")
    try:
        return inspect(alias)
    except DatabaseError as error:
        _log.warning("the cell %s cannot be inspected: %s", Vouched(cell), type(error).__name__)
        return []
    finally:
        connections[alias].close()


def _wall() -> frozenset[str]:
    return WALL - OF_A_SUPERUSER if settings.DATABASE_IS_MANAGED else WALL


def _inspect_with_patience() -> list[Fault]:
    """Wait some seconds for a database that starts beside us; the connection is not kept."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return inspect()
        except DatabaseError as error:
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"Troovon does not start: the database cannot be asked whether spaces are"
                    f" sealed ({type(error).__name__}). {_why()}".rstrip()
                ) from error
            time.sleep(0.5)
        finally:
            connections["default"].close()


def _why() -> str:
    """Return the server's own reason, hidden by a pool; empty if the server responds."""
    try:
        server.check()
    except server.UnfitServerError as unfit:
        return str(unfit)
    return ""


def check(databases: Iterable[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Answer `manage.py check --database default` with the faults."""
    ours = isinstance(connections["default"], DatabaseWrapper)  # not a peer of the benches
    if not ours or "default" not in (databases or ()):
        return []
    return [checks.Error(sentence, id="spaces.E001") for sentence in faults()]
