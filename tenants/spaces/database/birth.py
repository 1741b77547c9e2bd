"""A schema with its role is born, or goes, in the transaction of whoever asks."""

import contextlib
from collections.abc import Callable, Iterator

from django.db import connections

from tenants.spaces.database.blueprint import TOKEN

BLUEPRINT_LOCK = 7_420_001
UPKEEP_LOCK = 7_420_002
_SCHEMA = "CREATE SCHEMA "
_RIGHTS = ("GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES ")


def hold_blueprint(*, exclusive: bool, alias: str = "owner") -> None:
    """Keep the blueprint as it is until the commit; `exclusive` is for who replaces it."""
    shared = "" if exclusive else "_shared"
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s)", [BLUEPRINT_LOCK])


@contextlib.contextmanager
def alone(alias: str, waiting: Callable[[], None]) -> Iterator[None]:
    """Be the only one who brings the database up; say so while another one is waited for."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [UPKEEP_LOCK])
        if cursor.fetchone() == (False,):
            waiting()
            cursor.execute("SELECT pg_advisory_lock(%s)", [UPKEEP_LOCK])
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [UPKEEP_LOCK])


def make_role(name: str, alias: str = "owner") -> None:
    """Make a space's role: it reads what spaces share, and only the app may become it."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f'CREATE ROLE "{name}" NOLOGIN;'
            f' GRANT troovon_shared TO "{name}";'
            f' GRANT "{name}" TO troovon_app WITH INHERIT FALSE, SET TRUE'
        )


def make_schema(name: str, script: str, alias: str = "owner") -> None:
    """Replay the blueprint under the space's name: its tables, then the rights on them."""
    for part in parts_of(script).values():
        replay(name, part, alias)


def parts_of(script: str) -> dict[str, str]:
    """Split a blueprint into what makes the schema, its tables, and the rights on them."""
    parts: dict[str, list[str]] = {"schema": [], "tables": [], "rights": []}
    for line in script.splitlines():
        kind = "rights" if line.startswith(_RIGHTS) else "tables"
        parts["schema" if line.startswith(_SCHEMA) else kind].append(line)
    return {name: "\n".join(lines) for name, lines in parts.items()}


def replay(name: str, part: str, alias: str = "owner") -> None:
    """Send a part of the blueprint in one message, under the space's name."""
    if part:
        with connections[alias].cursor() as cursor:
            cursor.execute(part.replace(TOKEN, name))


def drop(name: str, alias: str = "owner") -> None:
    """Take a schema and its role away for good."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE; DROP ROLE IF EXISTS "{name}"')
