"""The PostgreSQL server itself: reasons for refused connections, and supported versions."""

from typing import Any

import psycopg
from django.db import connections

OLDEST = 18
_TIMEOUT_SECONDS = 5
_TRIES = 5


class UnfitServerError(Exception):
    """The server refuses our login, does not answer, or is too old; the message is a sentence."""


def check(alias: str = "default") -> int:
    """Return the server's version. Raises UnfitServerError with the reason and the next step.

    It opens a separate connection, because a pool would only report a timeout.
    """
    values = connections[alias].settings_dict
    try:
        with psycopg.connect(**address(values)) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise UnfitServerError(
            f"PostgreSQL at {values['HOST']}:{values['PORT'] or 5432} refuses the connection:"
            f" {_reason(error)}. Check DATABASE_URL or DATABASE_OWNER_URL."
        ) from None
    if version < OLDEST:
        raise UnfitServerError(
            f"PostgreSQL {OLDEST} or later is needed, and the server is {version}: blueprints of"
            " spaces hold statistics that older ones cannot read."
        )
    return version


def address(values: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a connection, with those of TLS, without our own options."""
    shared = ("ssl", "target_session_attrs")
    given = {name: value for name, value in values["OPTIONS"].items() if name.startswith(shared)}
    return {
        **given,
        "dbname": values["NAME"],
        "user": values["USER"],
        "password": values["PASSWORD"],
        "host": values["HOST"],
        "port": values["PORT"],
        "connect_timeout": _TIMEOUT_SECONDS,
    }


def _reason(error: psycopg.OperationalError) -> str:
    """Return the last words of the first line, which name the role and never its password."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rpartition("FATAL:")[2].rpartition("failed: ")[2].strip().rstrip(".")


def is_shared(connection: "psycopg.Connection[Any]") -> bool:
    """Return True if a proxy hands a client's server process to others between transactions.

    A proxy is detected by the process id, which it invents. A proxy in session mode keeps a process
    for each client; any other proxy hands our idle process to the next client.
    """
    ours = _process_of(connection)
    if ours == connection.info.backend_pid:
        return False
    for _ in range(_TRIES):
        with (
            psycopg.connect(
                connection.info.dsn, password=connection.info.password, autocommit=True
            ) as other,
            other.transaction(),
        ):
            if _process_of(other) == ours or _process_of(connection) != ours:
                return True
    return False


def _process_of(connection: "psycopg.Connection[Any]") -> int:
    with psycopg.Cursor(connection) as plain:
        row = plain.execute("SELECT pg_catalog.pg_backend_pid()", prepare=False).fetchone()
    return int(row[0]) if row else 0
