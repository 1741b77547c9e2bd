"""Fixtures of every test: a copy of the two spaces, and the services that it asks for."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as examples
from hypothesis.internal.conjecture import providers
from pytest_django import DjangoDbBlocker

from infra.local import testing
from infra.local.processes import ROOT
from saas.commands.catalogues import compile_all

# Tests read the texts of the current catalogues.
compile_all([ROOT / "saas" / "locale"])

# The same examples on each machine, however slow; `--hypothesis-profile=default` looks for others.
examples.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("steady")
# Nor may constants of our code be among them: that depends on which modules are loaded by then,
# and to parse them all costs each worker many seconds.
assert callable(providers._get_local_constants)  # noqa: SLF001 - there is no setting for it
providers._get_local_constants = lambda: providers._local_constants  # noqa: SLF001

# A room's own fixtures live in a module of tests/fixtures, each listed here.
pytest_plugins = [
    "tests.fixtures.services",
    "tests.fixtures.people",
    "tests.fixtures.parks",
    "tests.fixtures.billing",
    "tests.fixtures.months",
    "tests.fixtures.windows",
]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give the worker its own copy of the template; here, because a plugin's would not win."""
    testing.fresh_database()
    if settings.CELLS:  # the catalogue of a space in the cell is read there
        TransactionTestCase.databases = {"default", *(f"default.{cell}" for cell in settings.CELLS)}
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def _shared_tables() -> list[str]:
    from tenants.spaces.database.cells import replication  # noqa: PLC0415 - needs settings

    return replication.reached_tables("owner")


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test commit, then replace the database: for locks, on_commit and browsers."""
    with django_db_blocker.unblock():
        testing.join_cell(_shared_tables)
        yield
        connections.close_all()
    testing.fresh_database()
