"""The app's cursors: each sends a single statement per message, in the space of its opening."""

import re
from collections.abc import Callable
from typing import Any

import psycopg
from django.db.backends.postgresql import base as postgresql
from psycopg.types.numeric import Int8Dumper

# PostgreSQL lets every role set its own limits and speak to all of a database by LISTEN and NOTIFY:
# no right can be revoked. No statement of the app needs them, so the app's cursors refuse them.
_REFUSED = re.compile(
    r"""(?:\s | --[^\n]*\n | /\*.*?\*/)*
    (?: (?:UN)?LISTEN\b | NOTIFY\b
      | (?:SET | RESET) \s+ (?:(?:SESSION | LOCAL)\s+)? "?
        (?: ALL\b | (?!lock_)\w*_timeout\b | \w*work_mem\b | temp_\w+ | hash_mem_multiplier\b
          | max_parallel_\w+ | \w+_limit\b))
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


class ForbiddenStatementError(psycopg.ProgrammingError):
    """A statement that lifts a role's limits, or speaks to other spaces."""


class OneStatement:
    """A cursor that always uses the extended protocol: a single statement per message.

    So text injected into a statement cannot add a second statement that changes the role. A cursor
    works only in the space of its opening: after a change of space it refuses.
    """

    stay: Callable[[], None] | None = None

    def _execute_send(
        self,
        query: Any,
        *,
        force_extended: bool = False,  # noqa: ARG002 - psycopg's form; here it is always so
        binary: bool | None = None,
    ) -> None:
        super()._execute_send(query, force_extended=True, binary=binary)  # type: ignore[misc]

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Send a statement where the cursor was opened, or not at all."""
        self._be_where_opened()
        _check_is_allowed(args[0] if args else kwargs.get("query"))
        return super().execute(*args, **kwargs)  # type: ignore[misc]

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """Send a statement many times where the cursor was opened, or not at all."""
        self._be_where_opened()
        _check_is_allowed(args[0] if args else kwargs.get("query"))
        super().executemany(*args, **kwargs)  # type: ignore[misc]

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy where the cursor was opened, or not at all."""
        self._be_where_opened()
        return super().copy(*args, **kwargs)  # type: ignore[misc]

    def _be_where_opened(self) -> None:
        if self.stay is not None:
            self.stay()


def _check_is_allowed(query: Any) -> None:
    text = query.decode("utf-8", "replace") if isinstance(query, bytes) else query
    if isinstance(text, str) and _REFUSED.match(text):
        raise ForbiddenStatementError(text.split("\n", 1)[0][:60])


class OneStatementCursor(OneStatement, postgresql.Cursor):
    """The app's default cursor: the statement and its values are a single text."""


class PreparedCursor(OneStatement, postgresql.ServerBindingCursor):
    """A cursor with statements that PostgreSQL keeps parsed, and soon planned, per connection.

    Its statements are few, with constant texts; the values are sent beside them.
    """

    def __init__(self, connection: Any) -> None:
        """Send each whole number as a bigint: by its size it would make other statements."""
        super().__init__(connection)  # type: ignore[call-arg]
        adapters: Any = self.adapters  # type: ignore[attr-defined]
        adapters.register_dumper(int, Int8Dumper)

    def execute(self, query: Any, params: Any = None) -> Any:
        """Send a statement; the first time on a connection, it is prepared."""
        return super().execute(query, params, prepare=True)

    def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:
        self._query = pgq  # for Django's debug log of queries
        super()._send_query_prepared(name, pgq, binary=binary)  # type: ignore[misc]
