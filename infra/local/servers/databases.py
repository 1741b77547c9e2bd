"""Roles and databases inside a cluster, made by the same SQL files everywhere."""

import psycopg
from psycopg import sql

from infra.local.processes import ROOT

FILES = ROOT / "infra" / "database"
BESIDE = ("postgres", "template1")  # in every cluster; a new database is a copy of the second


def _run_file(connection: psycopg.Connection, name: str) -> None:
    connection.execute((FILES / name).read_bytes())


def make_roles(admin_url: str, *, owner_password: str, app_password: str) -> None:
    """Make the roles of a new cluster and give its two logins their passwords."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _run_file(connection, "roles.sql")
    for role, password in (("troovon_owner", owner_password), ("troovon_app", app_password)):
        set_password(admin_url, role, password)
    close_cluster(admin_url)


def set_password(admin_url: str, role: str, password: str) -> None:
    """Give a login its password."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        )


def close_cluster(admin_url: str) -> None:
    """Keep the product's roles out of the databases that are not its own, and lock those, too."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _run_file(connection, "cluster.sql")
    for name in BESIDE:
        with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
            _run_file(connection, "locks.sql")


def make_database(admin_url: str, name: str) -> None:
    """Make an empty database with its extensions, its locks and its rights."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _create(connection, sql.SQL("CREATE DATABASE {}"), name)
    with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
        _run_file(connection, "database.sql")
        _run_file(connection, "locks.sql")
        _run_file(connection, "access.sql")


def lock_again(admin_url: str, name: str) -> None:
    """Apply newer restrictions to an older cluster and its database."""
    close_cluster(admin_url)
    with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
        _run_file(connection, "locks.sql")
        _run_file(connection, "access.sql")


def copy_database(admin_url: str, name: str, *, template: str) -> None:
    """Replace a database by a copy of the template, and end its connections."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _drop(connection, name)
        copying = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        _create(connection, copying, name, template)
    with psycopg.connect(admin_url, dbname=name, autocommit=True) as connection:
        _run_file(connection, "access.sql")


def drop_database(admin_url: str, name: str) -> None:
    """Drop a database, and end its connections."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _create(connection: psycopg.Connection, statement: sql.SQL, *names: str) -> None:
    """Create a database closed to connections until restricted: new databases are open to all."""
    name = sql.Identifier(names[0])
    shut = sql.SQL(" ALLOW_CONNECTIONS false")
    connection.execute(statement.format(*map(sql.Identifier, names)) + shut)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
