"""The cursors of the app: each sends one statement a message, where it was opened or not at all."""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base as postgresql
from psycopg.types.numeric import Int8Dumper


class OneStatement:
    """A cursor that sends everything by the extended protocol: one statement a message.

    So text that slips into a statement cannot bring a second one that changes the role. And it
    works only where it was opened: kept while the space changes, it refuses.
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
        return super().execute(*args, **kwargs)  # type: ignore[misc]

    def executemany(self, *args: Any, **kwargs: Any) -> None:
        """Send a statement many times where the cursor was opened, or not at all."""
        self._be_where_opened()
        super().executemany(*args, **kwargs)  # type: ignore[misc]

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """Copy where the cursor was opened, or not at all."""
        self._be_where_opened()
        return super().copy(*args, **kwargs)  # type: ignore[misc]

    def _be_where_opened(self) -> None:
        if self.stay is not None:
            self.stay()


class OneStatementCursor(OneStatement, postgresql.Cursor):
    """The app's own: what is asked, and with which values, is one text."""


class PreparedCursor(OneStatement, postgresql.ServerBindingCursor):
    """A cursor whose statements PostgreSQL keeps read, and soon planned, as the connection lasts.

    Its statements are few and always the same text; values travel beside them.
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
        self._query = pgq  # what Django notes of a statement while it is watched
        super()._send_query_prepared(name, pgq, binary=binary)  # type: ignore[misc]
