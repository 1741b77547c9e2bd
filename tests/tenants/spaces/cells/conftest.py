"""Two clusters of this process's own: home with the two test spaces, and the cell `east`."""

import contextlib
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from infra.benches import second_cluster
from infra.local import processes, testing
from infra.local.processes import ROOT
from infra.local.servers import postgres_account, template
from infra.local.servers.postgres import Cluster, programs
from saas.environment import cell_databases
from tenants.spaces import hosts, provisioning
from tenants.spaces.database.cells import directory
from tenants.spaces.models import Tenant
from tests.fixtures.patience import wait_until
from tests.fixtures.people import AT
from tests.fixtures.programs import run_program
from tests.tenants.spaces.database.connecting import ask
from tests.tenants.spaces.test_provisioning import make_founding

SOUTH = "south"
_THERE = "SELECT count(*) FROM public.spaces_tenant WHERE schema_name = %s"


@dataclass
class TwoClusters:
    """Home and the cell, and the environment of a command of the installation."""

    home: Cluster
    east: Cluster
    passwords: dict[str, str]
    env: dict[str, str] = field(default_factory=dict)

    def urls(self, login: str) -> tuple[str, str]:
        """Return a login's URLs at home and in the cell."""
        password = self.passwords[login.removeprefix("troovon_")]
        return (
            self.home.url(login, password, template.NAME),
            self.east.url(login, password, second_cluster.DATABASE),
        )

    def manage(self, *words: str) -> Any:
        """Run a command with the owner's login on both clusters."""
        return run_program([sys.executable, "manage.py", *words], env=self.env)


def _cluster(folder: Path, name: str) -> tuple[Cluster, dict[str, str]]:
    cluster = Cluster(
        data=folder / name,
        programs=programs(postgres_account.of(ROOT / ".troovon")),
        log=folder / f"{name}.log",
        account=postgres_account.account(),
        settings=second_cluster.LOGICAL,
        stop_signal=signal.SIGQUIT,
    )
    passwords = template.fill(cluster)
    cluster.begin()
    cluster.wait()
    return cluster, passwords


@pytest.fixture(scope="package")
def two_clusters() -> Iterator[TwoClusters]:
    """Clusters that the tests of this package share."""
    with started() as both:
        yield both


@contextlib.contextmanager
def started() -> Iterator[TwoClusters]:
    """Start both, and prepare the cell by the operator's command."""
    # A worker that returns to this package begins with clusters of their own again.
    folder = Path(testing.described()["folder"]) / secrets.token_hex(4)
    folder.mkdir()
    home, passwords = _cluster(folder, "home")
    east, _same = _cluster(folder, "east")
    both = TwoClusters(home, east, passwords)
    try:
        _make_cell(both)
        added = both.manage("cell", "add", "east", "--json")
        assert added.returncode == 0, added.stderr + added.stdout
        yield both
    finally:
        processes.stop(child for child in (home.child, east.child) if child)


def _make_cell(both: TwoClusters) -> None:
    """Make an empty database in the cell, and let both replicate."""
    second_cluster.make_cell(both.east, both.passwords)
    second_cluster.let_replicate(both.home, both.passwords, template.NAME)
    app, owner = both.urls("troovon_app"), both.urls("troovon_owner")
    both.env = os.environ | {
        "DATABASE_URL": app[0],
        "DATABASE_OWNER_URL": owner[0],
        "CELLS": f"east={app[1]}",
        "CELL_OWNERS": f"east={owner[1]}",
        "TROOVON_PROCESS": "manage",
        "DJANGO_SETTINGS_MODULE": "infra.settings_test",
    }


@pytest.fixture
def cells(
    two_clusters: TwoClusters, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[TwoClusters]:
    """Let this process serve the spaces of both clusters."""
    app, owner = two_clusters.urls("troovon_app"), two_clusters.urls("troovon_owner")
    settings.CELLS = {"east": app[1]}
    known = connections.settings
    before = {alias: dict(known[alias]) for alias in ("default", "owner")}
    added = cell_databases({"east": app[1]}, "default", process="test", as_owner=False)
    added |= cell_databases(
        {"home": owner[0], "east": owner[1]}, "owner", process="test", as_owner=True
    )
    connections.close_all()
    for alias in before:
        known[alias] |= {"PORT": str(two_clusters.home.port), "NAME": template.NAME}
    for alias, values in added.items():
        known[alias] = before["default"] | values
    hosts.forget()
    with django_db_blocker.unblock():
        yield two_clusters
        connections.close_all()
    for alias in added:
        del known[alias]
        # A connection that stayed would lead to these clusters when others have begun.
        with contextlib.suppress(AttributeError):  # never used
            del connections[alias]
    for alias, values in before.items():
        known[alias].update(values)
    directory.forget()
    directory.login_in.cache_clear()
    hosts.forget()


@pytest.fixture(scope="module")
def moved_south(two_clusters: TwoClusters) -> Iterator[None]:
    """Move south to the cell for the tests of a file, and back."""
    moved = two_clusters.manage("space", "move", SOUTH, "east")
    assert moved.returncode == 0, moved.stderr
    yield
    back = two_clusters.manage("space", "move", SOUTH, "home")
    assert back.returncode == 0, back.stderr


@pytest.fixture
def south_in_east(cells: TwoClusters, moved_south: None) -> TwoClusters:
    """Serve both clusters while south is in the cell."""
    directory.forget()
    return cells


@pytest.fixture
def eastern(cells: TwoClusters, settings: Settings) -> Tenant:
    """Found a space in the cell."""
    settings.FOUNDING_CELLS = ("east",)
    slug = f"est{time.monotonic_ns() % 10**9}"
    founding = make_founding(AT, slug)
    tenant = provisioning.found(founding=founding, report=lambda _step: None, at=AT)
    assert provisioning.found(founding=founding, report=lambda _step: None, at=AT) == tenant
    wait_until(lambda: ask(connections["owner.east"], _THERE, tenant.schema_name) == (1,))
    return tenant
