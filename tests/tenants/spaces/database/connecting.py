"""Connections for tests of the backend: as the web has them, as a job has them, as superuser."""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from infra.local import testing
from saas.addresses import SpaceLogin
from saas.kernel import schema
from tenants.spaces.database import base, logins
from tests.fixtures.patience import PATIENCE


@contextlib.contextmanager
def open_connection(*, pool: int = 0, **options: Any) -> Iterator[Any]:
    """Open a separate connection, from a pool of that size or without a pool."""
    settings = {**connection.settings_dict, "CONN_MAX_AGE": 0}
    settings["OPTIONS"] = {**settings["OPTIONS"], **options}
    if pool:
        settings["OPTIONS"]["pool"] = {"min_size": 0, "max_size": pool, "timeout": PATIENCE}
    wrapper: Any = base.DatabaseWrapper(settings, alias=f"login-{uuid.uuid4().hex[:8]}")
    wrapper.inc_thread_sharing()
    try:
        yield wrapper
    finally:
        wrapper.close()
        wrapper.close_pool()


def admin(database: str = "") -> psycopg.Connection[Any]:
    """Connect to this test's database as the superuser."""
    url = testing.described()["admin"]
    return psycopg.connect(url, dbname=database or testing.database(), autocommit=True)


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Let code find the owner's login where the app's is, as in a process of `manage`."""
    app, owner = connections["default"], connections["owner"].copy("default")
    connections["default"] = owner
    try:
        yield
    finally:
        owner.close()
        connections["default"] = app


@contextlib.contextmanager
def refused(match: str, *, space: str = schema.PUBLIC) -> Iterator[Any]:
    """Yield a cursor in a space; its statement must fail with this message, and is rolled back."""
    with (
        schema.inside(space),
        pytest.raises(DatabaseError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        yield cursor


def given_login(space: str) -> SpaceLogin:
    """Give a space a login of its own; roles outlive a database, so a test takes it back."""
    where = connections["owner"].settings_dict
    return SpaceLogin(space, logins.give(space), where["HOST"], str(where["PORT"]), where["NAME"])


def ask(wrapper: Any, statement: str, *values: Any) -> Any:
    """Return the first row of a statement."""
    with wrapper.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone() if cursor.description else None


def who(wrapper: Any) -> tuple[str, str]:
    """Return the role and the schema of a statement."""
    role, path = ask(wrapper, "SELECT current_user::text, current_schema()::text")
    return role, path
