"""A transaction in `public` at home and in one space that another login enters.

An act of a space may write in `public`, for example a council's refusal. At home a single
connection does both. A space in a cell, or with a login of its own, needs a second connection: the
transaction then has two halves. Home commits first, the space at once after it: `public` has the
money, and the space only its own record of the act. A space that is lost between the two commits is
a fault for operators (`halves.py`).
"""

import contextlib
import logging
from typing import Any, NamedTuple

import psycopg
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend import base as tenants_base
from psycopg import pq

from saas.addresses import SpaceLogin
from tenants.spaces.database.cells import halves

logger = logging.getLogger(__name__)
_PUBLIC = "public"
_CHECKS = "SET CONSTRAINTS ALL IMMEDIATE"


class Half(NamedTuple):
    """A connection with an open transaction, and its login."""

    connection: Any
    login: SpaceLogin | None


class SpanningConnection(tenants_base.DatabaseWrapper):
    """A connection whose transaction may have two halves: in `public`, and in one space."""

    connection: Any
    autocommit: bool
    in_atomic_block: bool
    closed_in_transaction: bool
    assumes_role: bool
    public_commits: int
    _applied: bytes | None
    _connecting: bool
    _login: SpaceLogin | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._first: Half | None = None
        self._aside: Half | None = None
        self._begun_in = self._spanned = ""
        self._savepoints: list[str] = []
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:  # noqa: FBT001 - Django's form
        """Note where a transaction begins; its end leaves no second half."""
        super().set_autocommit(autocommit, *args, **kwargs)
        self._begun_in = "" if autocommit else str(self.schema_name)
        self._savepoints.clear()

    def commit(self) -> None:
        """Commit; of two halves home first. Raises DatabaseError if one of them has failed."""
        if self._aside is not None:
            self._commit_halves()
        super().commit()

    def rollback(self) -> None:
        """Roll back, both halves if there are two."""
        self._end_span()
        super().rollback()  # type: ignore[no-untyped-call]

    def _close(self) -> None:
        self._end_span()
        super()._close()

    def _is_in_transaction(self) -> bool:
        idle = self.connection.info.transaction_status == pq.TransactionStatus.IDLE
        return self.in_atomic_block or not self.autocommit or not idle

    def _span(self, wanted: SpaceLogin | None) -> None:
        """Go on in the half of a login; open it if the transaction has none yet.

        Raises DatabaseError where two spaces would share a transaction, or after a failure in it.
        """
        present, aside = Half(self.connection, self._login), self._aside
        if aside is not None and aside.login == wanted and not _has_failed(present):
            self._take(aside)
            self._aside = present
        elif aside is None and self._may_span(present):
            self._open_half(wanted, present)
        else:
            name = present.login.user if present.login else "the spaces that share one"
            raise DatabaseError(
                f"{self.schema_name!r} is entered by another login than {name!r}, and a"
                " transaction is open"
            )

    def _may_span(self, present: Half) -> bool:
        crosses = _PUBLIC in {self.schema_name, self._begun_in}
        open_still = not (self.closed_in_transaction or _has_failed(present))
        return self.assumes_role and crosses and open_still

    def _take(self, half: Half) -> None:
        self.connection, self._login = half
        self._applied = None

    def _open_half(self, wanted: SpaceLogin | None, present: Half) -> None:
        self._login, self._connecting = wanted, True
        try:
            with self.wrap_database_errors:
                opened = self._connect_more()
        except BaseException:
            self._login = present.login
            raise
        finally:
            self._connecting = False
        self._spanned = str(self.schema_name) if wanted else self._begun_in
        self._first = self._aside = present
        self._take(Half(opened, wanted))

    def _connect_more(self) -> Any:
        """Return a connection with a transaction that has the savepoints of the present one."""
        opened = self.get_new_connection(self.get_connection_params())
        try:
            opened.autocommit = True
            if not self.pool:
                self._configure_connection(opened)
            opened.autocommit = False
            for sid in self._savepoints:
                _run(opened, self.ops.savepoint_create_sql(sid))
        except BaseException:
            _hand_back(opened)
            raise
        return opened

    def _commit_halves(self) -> None:
        both = [Half(self.connection, self._login), self._aside]
        home, space = sorted(filter(None, both), key=lambda half: half.login is not None)
        if _has_failed(home) or _has_failed(space):
            raise DatabaseError("a statement of this transaction failed, so nothing is committed")
        with self.wrap_database_errors:
            # What the space could refuse at its commit is refused before home's.
            _run(space.connection, _CHECKS)
            note = halves.note_act(self._spanned)
            try:
                home.connection.commit()
            except psycopg.Error:
                halves.forget(note)
                raise
            self.public_commits += 1
            try:
                space.connection.commit()
            except psycopg.Error:
                logger.exception("public has committed, the space %s has not", self._spanned)
                raise
        halves.forget(note)
        self._end_span()

    def _end_span(self) -> None:
        """Go on with the connection that the transaction began with; the other ends."""
        first, aside = self._first, self._aside
        self._first = self._aside = None
        if first is None or aside is None:
            return
        other = aside
        if aside.connection is first.connection:
            other = Half(self.connection, self._login)
            self._take(first)
        _hand_back(other.connection)

    def _savepoint(self, sid: str) -> None:
        super()._savepoint(sid)
        self._repeat_aside(self.ops.savepoint_create_sql(sid))
        self._savepoints.append(sid)

    def _savepoint_rollback(self, sid: str) -> None:
        sql = self.ops.savepoint_rollback_sql(sid)
        if self._aside is None:
            super()._savepoint_rollback(sid)
        else:
            self._repeat_aside(sql)
            with self.wrap_database_errors:
                _run(self.connection, sql)
        self._forget_savepoints(sid, after=1)

    def _savepoint_commit(self, sid: str) -> None:
        sql = self.ops.savepoint_commit_sql(sid)
        if self._aside is None:
            super()._savepoint_commit(sid)
        else:
            self._repeat_aside(sql)
            with self.wrap_database_errors:
                _run(self.connection, sql)
        self._forget_savepoints(sid, after=0)

    def _forget_savepoints(self, sid: str, *, after: int) -> None:
        if sid in self._savepoints:
            del self._savepoints[self._savepoints.index(sid) + after :]

    def _repeat_aside(self, statement: str) -> None:
        if self._aside is not None:
            with self.wrap_database_errors:
                _run(self._aside.connection, statement)


def _has_failed(half: Half) -> bool:
    return bool(half.connection.info.transaction_status == pq.TransactionStatus.INERROR)


def _run(connection: Any, statement: str) -> None:
    with psycopg.Cursor(connection) as plain:
        plain.execute(statement.encode(), prepare=False)


def _hand_back(connection: Any) -> None:
    """Roll back what is open in a connection, and return it to its pool, or close it."""
    with contextlib.suppress(psycopg.Error):
        connection.rollback()
    pool = getattr(connection, "_pool", None)
    if pool is not None:
        pool.putconn(connection)
    else:
        connection.close()
