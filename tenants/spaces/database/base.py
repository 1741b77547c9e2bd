"""Each change of space is one round trip that sets path and role; no change sends nothing.

The role is what seals: `t_x` may use its own schema only, so a query that names another one is
refused by PostgreSQL. Only this module may speak of roles.
"""

import re
import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base as postgresql
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend import base as tenants_base
from psycopg import pq

PUBLIC = "public"
PUBLIC_ROLE = "troovon_public"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


class OneStatementCursor(postgresql.Cursor):
    """A cursor that sends everything by the extended protocol: one statement a message.

    So text that slips into a statement cannot bring a second one that changes the role.
    """

    def _execute_send(
        self,
        query: Any,
        *,
        force_extended: bool = False,  # noqa: ARG002 - psycopg's form; here it is always so
        binary: bool | None = None,
    ) -> None:
        super()._execute_send(query, force_extended=True, binary=binary)  # type: ignore[misc]


class DatabaseWrapper(tenants_base.DatabaseWrapper):
    """A connection that works in one schema at a time, with that schema's role.

    With `OPTIONS["assume_space_role"] = False` (the owner's login) only the path is set.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._applied: str | None = None
        self._connecting = False
        self.switches = 0
        super().__init__(*args, **kwargs)
        pool = self.settings_dict["OPTIONS"].get("pool")
        if pool:
            pool.setdefault("reset", reset_pooled)

    def get_connection_params(self) -> dict[str, Any]:
        """Leave out our own option and send one statement a message as the app's login."""
        params: dict[str, Any] = super().get_connection_params()
        self._assumes_role = params.pop("assume_space_role", True)
        if self._assumes_role:
            params["cursor_factory"] = OneStatementCursor
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Take a connection from the pool; a dead one is put back and replaced, without asking it.

        The tries are bounded: over TLS a fresh connection may look readable.
        """
        connection = super().get_new_connection(conn_params)
        for _ in range(self.pool.max_size if self.pool else 0):
            if not _hung_up(connection):
                break
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:  # noqa: FBT001, FBT002 - django-tenants' form
        """Say where the next statement runs; it is sent with that statement."""
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

    def close(self) -> None:
        """Forget what was set: the next connection is another one."""
        self._applied = None
        super().close()

    def rollback(self) -> None:
        """Roll back, and forget: PostgreSQL takes back what was set inside."""
        self._applied = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to a savepoint, and forget: what was set after it is gone."""
        try:
            super().savepoint_rollback(sid)
        finally:
            self._applied = None

    def _handle_search_path(self, cursor: Any = None) -> None:  # noqa: ARG002 - its caller's form
        want = f"{self.schema_name}/{self.include_public_schema}"
        if self._connecting or self._applied == want:
            return
        if self.connection.info.transaction_status == pq.TransactionStatus.INERROR:
            return  # only a rollback can run now, and it forgets
        self._applied = None
        try:
            with psycopg.Cursor(self.connection) as plain:
                plain.execute(self._switch(), prepare=False)
        except psycopg.Error as error:
            raise DatabaseError(f"cannot enter space {self.schema_name!r}: {error}") from error
        self._applied = want
        self.switches += 1

    def _switch(self) -> bytes:
        name = str(self.schema_name)
        if not _NAME.match(name):
            raise DatabaseError(f"{name!r} is no name of a space")
        shared = name != PUBLIC and self.include_public_schema
        path = f'"{name}", public' if shared else f'"{name}"'
        if not self._assumes_role:
            return f"SET search_path = {path}".encode()
        role = PUBLIC_ROLE if name == PUBLIC else name
        return f'SET search_path = {path}; SET ROLE "{role}"'.encode()


def reset_pooled(connection: Any) -> None:
    """Take the space off a connection that goes back to the pool: the second lock."""
    if connection.info.transaction_status != pq.TransactionStatus.IDLE:
        connection.rollback()
    with psycopg.Cursor(connection) as plain:
        plain.execute("RESET ROLE; SET search_path = pg_catalog", prepare=False)
    if not connection.autocommit:
        connection.commit()


def _hung_up(connection: Any) -> bool:
    """Say whether the server closed an idle connection: readable without having been asked."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
