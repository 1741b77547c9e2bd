"""Each change of space sets path and role in a single round trip; no change sends nothing.

The role seals a space: `t_x` may use only its own schema, so PostgreSQL refuses a query on another
schema. Only this folder may use roles.
"""

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db.utils import DatabaseError, OperationalError
from django_tenants.postgresql_backend import base as tenants_base
from psycopg import errors, pq

from saas.addresses import SpaceLogin
from saas.kernel import schema
from saas.kernel.errors import HomeAway, SpaceGone, WrongSpaceError
from tenants.spaces.database import pools, tables
from tenants.spaces.database.cells import directory
from tenants.spaces.database.cells.following import FollowingConnection
from tenants.spaces.database.cursors import OneStatementCursor, PreparedCursor

PUBLIC = "public"
PUBLIC_ROLE = "troovon_public"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
# The connection limit that closes a space to new logins does not end existing connections.
_OPEN = (
    "SELECT quote_ident(rolname || ' is closed')::regnamespace FROM pg_roles"
    " WHERE rolname = session_user AND rolconnlimit = 0"
)
_MISSING = (errors.InvalidSchemaName, errors.InvalidParameterValue, errors.UndefinedObject)


class DatabaseWrapper(FollowingConnection):
    """A connection that works in a single schema at a time, with that schema's role.

    With `OPTIONS["assume_space_role"] = False` (the owner's login) only the path is set. A space in
    `OPTIONS["space_logins"]` is entered by its own login, with the space's role: this is a separate
    connection, and the app's login is no member of that role. A space in another cell is entered by
    the login of that cell; the space's row decides, and a refused entry looks at the row again.
    """

    SchemaEditorClass = tables.SpaceSchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._applied: bytes | None = None
        self._connecting = False
        self._prepared: Any = None
        self._login: SpaceLogin | None = None
        self.switches = self.public_commits = 0
        self.is_silent = False
        super().__init__(*args, **kwargs)

    @property
    def pool(self) -> Any:
        """The pool of the present login, if connections are pooled."""
        return pools.of(self, self._login)

    def close_pool(self) -> None:
        """Close the pools of every login: the app's, and those of single spaces."""
        pools.close(self.alias)

    @property
    def is_in_space(self) -> bool:
        """True if the connection works in a space, not in `public`."""
        return self.schema_name not in {None, PUBLIC}

    @property
    def data_types_suffix(self) -> dict[str, str]:
        """Return the defaults of automatic keys: in a space, a sequence shared by all tables."""
        stock: dict[str, str] = tenants_base.DatabaseWrapper.data_types_suffix
        return tables.NUMBERED if self.is_in_space else stock

    @property
    def assumes_role(self) -> bool:  # type: ignore[override]
        """Whether a space is entered by becoming its role: not by the owner."""
        return bool(self.settings_dict["OPTIONS"].get("assume_space_role", True))

    @property
    def _space_logins(self) -> dict[str, Any]:
        return self.settings_dict["OPTIONS"].get("space_logins") or {}

    def get_connection_params(self) -> dict[str, Any]:
        """Remove our own options; the app's cursor sends a single statement per message."""
        params: dict[str, Any] = super().get_connection_params()
        params.pop("assume_space_role", None)
        params.pop("space_logins", None)
        params.pop("session_limits", None)
        if self.assumes_role:
            params["cursor_factory"] = OneStatementCursor
        if self._login:
            params |= self._login.address()
        return params

    def _configure_connection(self, connection: Any) -> bool:
        """Apply settings that a pooler in session mode does not pass on at connection start."""
        committed: bool = super()._configure_connection(connection)
        pools.limit(connection, self.session_limits)
        return committed or bool(self.session_limits)

    @property
    def session_limits(self) -> Sequence[str]:
        """Return the limits to set after a connection starts; empty without a pooler."""
        return self.settings_dict["OPTIONS"].get("session_limits") or ()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection from the pool; replace a dead connection without a query.

        The attempts are bounded: over TLS a new connection may look readable.
        """
        connection = super().get_new_connection(conn_params)
        for _ in range(self.pool.max_size if self.pool else 0):
            if not pools.hung_up(connection):
                break
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:  # noqa: FBT001, FBT002 - django-tenants' form
        """Set the schema of the next statement; it is sent together with that statement."""
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = include_public
        self.set_settings_schema(self.schema_name)

    def connect(self) -> None:
        """Connect as the login; Django's own first statements must not run as a space."""
        self._connecting = True
        try:
            super().connect()
        finally:
            self._connecting = False
            self._applied = None

    def ensure_connection(self) -> None:
        """Have a connection of the login that the space at hand is entered by."""
        wanted = self._login_of_space()
        try:
            if wanted != self._login:
                self._leave_login(wanted)
            super().ensure_connection()
        except OperationalError as error:
            if self._lacks_home_alone():
                raise HomeAway(*error.args) from error
            raise
        if settings.CELLS and self.is_in_space:
            self._follow_space()

    def _login_of_space(self) -> SpaceLogin | None:
        """Return the login of the space at hand, by its address; None for the login at home."""
        own = self._space_logins.get(str(self.schema_name))
        if own is not None or not settings.CELLS or not self.is_in_space:
            return own
        cell = directory.cell_of(str(self.schema_name), self.alias)
        return directory.login_in(cell, self.alias) if cell else None

    def _lacks_home_alone(self) -> bool:
        """Return True if public could not be entered in a request to a space of a cell."""
        if self.is_in_space or not settings.CELLS:
            return False
        return bool(schema.served() and directory.cell_of(schema.served(), self.alias))

    def _leave_login(self, wanted: SpaceLogin | None) -> None:
        if self.connection is not None:
            if self._is_in_transaction():
                self._span(wanted)
                return
            self.close()
        self._login = wanted

    def force_switch(self) -> None:
        """Repeat the switch with the next statement, so that the database can refuse it."""
        self._applied = None

    def close_if_unusable_or_obsolete(self) -> None:
        """Close a connection also when its process at the database has seen too many spaces."""
        if self.connection is not None and not self.in_atomic_block:
            self._applied = None if pools.is_due(self.connection) else self._applied
            if pools.is_worn(self.connection):
                self.close()
                return
        super().close_if_unusable_or_obsolete()

    def close(self) -> None:
        """Close, and reset the cached state: the next connection is a new session."""
        self._applied = self._prepared = None
        super().close()

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's form
        """Run `func` once the commit has held, in the schema where it was asked for."""
        here = schema.current()

        def in_its_place() -> None:
            with schema.crossing(here):
                func()

        super().on_commit(in_its_place, robust)

    def commit(self) -> None:
        """Commit; if the server rolls back instead, reset the cached path."""
        applied, self._applied = self._applied, None
        failed = self.connection is None or (
            self.connection.info.transaction_status == pq.TransactionStatus.INERROR
        )
        super().commit()
        self._applied = None if failed else applied
        self.public_commits += not (failed or self.is_in_space)

    def rollback(self) -> None:
        """Roll back, and reset the cached path: PostgreSQL reverts settings of the transaction."""
        self._applied = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to a savepoint, and reset the cached path set after it."""
        try:
            super().savepoint_rollback(sid)
        finally:
            self._applied = None

    def _cursor(self, name: str | None = None) -> Any:
        cursor = super()._cursor(name)
        if isinstance(cursor.cursor, OneStatementCursor):
            opened_in = self._path()
            cursor.cursor.stay = lambda: self._stay_in(opened_in)
        return cursor

    def run_prepared(
        self, statement: str, values: Sequence[Any]
    ) -> tuple[list[tuple[Any, ...]], int]:
        """Execute a statement with a constant text; return its rows and the affected row count.

        A persistent connection keeps it prepared; a pooled connection does not.
        """
        return self.run_again(lambda: self._run_prepared(statement, values))

    def _run_prepared(
        self, statement: str, values: Sequence[Any]
    ) -> tuple[list[tuple[Any, ...]], int]:
        self.ensure_connection()
        prepared = self._prepared
        if prepared is None or prepared.connection is not self.connection:
            prepared = self._prepared = PreparedCursor(self.connection)
        self._handle_search_path()
        self._prepare_cursor(prepared).execute(statement, values)
        with self.wrap_database_errors:
            answers = prepared.pgresult.status == pq.ExecStatus.TUPLES_OK
            return (prepared.fetchall() if answers else []), prepared.rowcount

    def _stay_in(self, opened_in: bytes) -> None:
        if self._path() != opened_in:
            raise DatabaseError(
                f"a cursor of {opened_in.decode()!r} is used in {self.schema_name!r}"
            )
        if self._aside is not None:
            self.ensure_connection()
        self._handle_search_path()

    def _handle_search_path(self, cursor: Any = None) -> None:  # noqa: ARG002 - its caller's form
        if self.is_silent:
            raise WrongSpaceError("an answer was read from the database while it was sent")
        path = self._path()
        if self._connecting or self._stands_in(path):
            return
        if self.connection.info.transaction_status == pq.TransactionStatus.INERROR:
            return  # only a rollback can run now, and it forgets
        self._applied = None
        try:
            with self.wrap_database_errors, psycopg.Cursor(self.connection) as plain:
                plain.execute(self._switch(path), prepare=False)
        except OperationalError:
            raise
        except DatabaseError as error:
            kind = SpaceGone if isinstance(error.__cause__, _MISSING) else DatabaseError
            raise kind(f"cannot enter space {self.schema_name!r}: {error}") from error
        self._applied = path
        self.switches += 1
        pools.note_visit(self.connection, str(self.schema_name))

    def _stands_in(self, path: bytes) -> bool:
        """Return True if our path is set and PostgreSQL (from 18 on) reports no other path."""
        if self._applied != path:
            return False
        return self.connection.pgconn.parameter_status(b"search_path") in {path, None}

    def _path(self) -> bytes:
        return _path_of(str(self.schema_name), shared=bool(self.include_public_schema))

    def _switch(self, path: bytes) -> bytes:
        """Return the SQL that enters a schema.

        PostgreSQL ignores a missing schema in the path, so the SQL also casts its name, which
        fails.
        """
        name = str(self.schema_name)
        words = ", ".join(f'"{word}"' for word in path.decode().split(", "))
        parts = [f"SET search_path = {words}", f"SELECT '{name}'::regnamespace"]
        if self._login is not None and self._login.user == name:
            parts.append(_OPEN)
        elif self.assumes_role:
            parts.insert(1, f'SET ROLE "{PUBLIC_ROLE if name == PUBLIC else name}"')
        return "; ".join([*parts, *self._passing()]).encode()


@functools.cache
def _path_of(name: str, *, shared: bool) -> bytes:
    """Return the path of a space; it is asked for with each statement."""
    if not _NAME.match(name):
        raise DatabaseError(f"{name!r} is no name of a space")
    return f"{name}, public".encode() if shared and name != PUBLIC else name.encode()
