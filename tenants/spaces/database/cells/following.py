"""Connections that follow a space which moves to another cluster (`moving.py`).

The mover revokes the space's role, then its schema. A statement outside of transactions that is
refused so has written nothing: it is repeated where the space is by then. A transaction locks a
table of the space with its first message, so that the mover waits for its end.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends import utils
from django.db.utils import DatabaseError, OperationalError
from psycopg import errors

from tenants.spaces.database.cells import directory, gate
from tenants.spaces.database.cells.spanning import SpanningConnection

# What PostgreSQL answers in a schema that was revoked, renamed or dropped.
_REFUSALS = (
    errors.InsufficientPrivilege,
    errors.InvalidSchemaName,
    errors.UndefinedFunction,
    errors.UndefinedTable,
)


class _FollowingMixin:
    db: Any

    def _execute(self, *values: Any) -> Any:
        once = super()._execute  # type: ignore[misc]
        return self.db.run_again(lambda: once(*values), cursor=self)

    def _executemany(self, *values: Any) -> Any:
        once = super()._executemany  # type: ignore[misc]
        return self.db.run_again(lambda: once(*values), cursor=self)


class FollowingCursor(_FollowingMixin, utils.CursorWrapper):
    """A cursor that follows its space."""


class FollowingDebugCursor(_FollowingMixin, utils.CursorDebugWrapper):
    """A cursor that follows its space, and logs its statements."""


class FollowingConnection(SpanningConnection):
    """A connection that enters a space where it is, waits while it moves, and follows it."""

    def make_cursor(self, cursor: Any) -> Any:
        """Return a cursor that follows its space, if spaces may move."""
        return FollowingCursor(cursor, self) if settings.CELLS else super().make_cursor(cursor)

    def make_debug_cursor(self, cursor: Any) -> Any:
        """Return such a cursor that also logs its statements."""
        if not settings.CELLS:
            return super().make_debug_cursor(cursor)
        return FollowingDebugCursor(cursor, self)

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:  # noqa: FBT001 - Django's form
        """Begin a transaction in a space only once its gate is passed."""
        super().set_autocommit(autocommit, *args, **kwargs)
        if not autocommit and self._passes_gates:
            self._pass_gate()

    def run_again[T](self, execute: Callable[[], T], *, cursor: Any = None) -> T:
        """Run a statement, and once more if the space was being moved: by a cursor there."""
        try:
            return execute()
        except DatabaseError as refusal:
            if not self._may_have_moved(refusal):
                raise
        self.force_switch()
        if cursor is not None:
            cursor.cursor = self._cursor(getattr(cursor.cursor, "name", None)).cursor  # type: ignore[no-untyped-call]
        return execute()

    @property
    def _passes_gates(self) -> bool:
        """True if the connection is in a space, as its role, and spaces may move."""
        return bool(settings.CELLS and self.is_in_space and self.assumes_role)

    def _may_have_moved(self, refusal: DatabaseError) -> bool:
        free = self.autocommit and not self.in_atomic_block
        return free and self._passes_gates and isinstance(refusal.__cause__, _REFUSALS)

    def _passing(self) -> list[str]:
        """Return the statement by which a mover waits for this transaction, if it is one."""
        if self.autocommit or not self._passes_gates:
            return []
        return [gate.passing(str(self.schema_name))]

    def _follow_space(self) -> None:
        """Enter the space before the statement; follow a space that moved, wait while it moves.

        In a transaction nothing is followed: it ends where it began, or fails.
        """
        if self._connecting or self.in_atomic_block or not self.autocommit:
            return
        if not self._stands_in(self._path()):
            self._enter(in_transaction=False)

    def _pass_gate(self) -> None:
        """Enter the space with the first message of a transaction, wherever the space is by then.

        A failure closes the connection: Django has not noted the transaction yet.
        """
        try:
            self._enter(in_transaction=True)
        except BaseException:
            self.close()  # type: ignore[no-untyped-call]
            raise

    def _enter(self, *, in_transaction: bool) -> None:
        """Enter the space; wait while it moves. Raises OperationalError if that takes long."""
        until = time.monotonic() + directory.GATE_SECONDS
        last: DatabaseError | None = None
        while True:
            began = time.monotonic()
            refusal = self._refusal()
            if refusal is None:
                return
            if in_transaction:
                self.rollback()
                super().set_autocommit(True)
            if not self._change_login(began):
                last = self._wait_at_gate(refusal, last, until)
            if in_transaction:
                super().set_autocommit(False)

    def _wait_at_gate(
        self, refusal: DatabaseError, last: DatabaseError | None, until: float
    ) -> DatabaseError | None:
        """Wait for a step; return the refusal if the space is at rest. Raises it the second time.

        It may have been opened between the refusal and the question where it is.
        """
        if directory.is_moving(str(self.schema_name)):
            last = None
        elif last is not None:
            raise refusal
        else:
            last = refusal
        if time.monotonic() > until:
            raise OperationalError(f"{self.schema_name!r} is being moved") from refusal
        time.sleep(directory.GATE_STEP_SECONDS)
        return last

    def _refusal(self) -> DatabaseError | None:
        """Enter the space; return PostgreSQL's refusal, if any."""
        self.force_switch()
        try:
            self._handle_search_path()  # type: ignore[no-untyped-call]
        except OperationalError:
            raise
        except DatabaseError as refusal:
            return refusal
        return None

    def _change_login(self, since: float) -> bool:
        """Take the login of the place that the space had at a moment or later, if it is another."""
        directory.place_since(str(self.schema_name), since)
        wanted = self._login_of_space()
        if wanted == self._login:
            return False
        self._leave_login(wanted)
        super().ensure_connection()
        return True
