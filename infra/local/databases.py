"""Roles and databases inside a cluster, made by the same SQL files everywhere."""

import psycopg
from psycopg import sql

from infra.local.processes import ROOT

FILES = ROOT / "infra" / "database"


def _run_file(connection: psycopg.Connection, name: str) -> None:
    connection.execute((FILES / name).read_bytes())


def make_roles(admin_url: str, *, owner_password: str, app_password: str) -> None:
    """Make the roles of a new cluster and give its two logins their passwords."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _run_file(connection, "roles.sql")
        for role, password in (("troovon_owner", owner_password), ("troovon_app", app_password)):
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(password)
                )
            )


def make_database(admin_url: str, name: str) -> None:
    """Make an empty database with its extensions, its locks and its rights."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
        _run_file(connection, "database.sql")
        _run_file(connection, "locks.sql")
        _run_file(connection, "access.sql")


def lock_again(admin_url: str, name: str) -> None:
    """Close in an older database what newer code wants closed."""
    with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
        _run_file(connection, "locks.sql")


def copy_database(admin_url: str, name: str, *, template: str) -> None:
    """Replace a database by a copy of the template, whoever is still connected to it."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
        _run_file(connection, "access.sql")
