"""A schema with its role is born, or goes, in the transaction of whoever asks."""

from django.db import connections

from tenants.spaces.database.blueprint import TOKEN

BLUEPRINT_LOCK = 7_420_001


def hold_blueprint(*, exclusive: bool, alias: str = "owner") -> None:
    """Keep the blueprint as it is until the commit; `exclusive` is for who replaces it."""
    shared = "" if exclusive else "_shared"
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s)", [BLUEPRINT_LOCK])


def make_role(name: str, alias: str = "owner") -> None:
    """Make a space's role: it reads what spaces share, and only the app may become it."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f'CREATE ROLE "{name}" NOLOGIN;'
            f' GRANT troovon_shared TO "{name}";'
            f' GRANT "{name}" TO troovon_app WITH INHERIT FALSE, SET TRUE'
        )


def make_schema(name: str, script: str, alias: str = "owner") -> None:
    """Replay the blueprint under the space's name, in one message."""
    with connections[alias].cursor() as cursor:
        cursor.execute(script.replace(TOKEN, name))


def drop(name: str, alias: str = "owner") -> None:
    """Take a schema and its role away for good."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE; DROP ROLE IF EXISTS "{name}"')
