"""While a cluster is away, its spaces answer with the page of a fault, and all others go on."""

import contextlib
import time
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connections
from pytest_django import Settings

from infra.local import processes
from infra.local.servers import ports
from infra.local.servers.postgres import Cluster
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.members.models import Role
from tenants.spaces.database.cells import directory, faults, overview, replication
from tenants.spaces.models import Domain, Tenant
from tests.fixtures.patience import wait_until
from tests.fixtures.people import AT, SpaceClient, make_user
from tests.tenants.spaces.cells.conftest import SOUTH, TwoClusters

pytestmark = pytest.mark.proof
NORTH = "north"
# A thread waits so long for a cluster that is away.
MOST_SECONDS = 3.0


@contextlib.contextmanager
def away(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """End a server at once, and start it again at its port."""
    port = cluster.port
    connections.close_all()
    processes.stop([cluster.child] if cluster.child else [])
    try:
        yield
    finally:
        with monkeypatch.context() as patch:
            patch.setattr(ports, "any_free", lambda: port)
            cluster.begin()
            cluster.wait()
        connections.close_all()
        wait_until(lambda: not replication.link_to("east", "owner").faults)


def client_of(name: str) -> SpaceClient:
    host = Domain.objects.filter(tenant__schema_name=name, is_primary=True).get().domain
    client = SpaceClient(host)
    client.raise_request_exception = False
    return client


def status_of(client: SpaceClient) -> tuple[int, float]:
    began = time.monotonic()
    status = client.get("/signin/").status_code
    return status, time.monotonic() - began


def test_cell_away_stops_its_spaces_alone(
    south_in_east: TwoClusters, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    north, south = client_of(NORTH), client_of(SOUTH)
    assert (status_of(north)[0], status_of(south)[0]) == (200, 200)
    settings.FOUNDING_CELLS = ("east", "")
    with away(south_in_east.east, monkeypatch):
        status, seconds = status_of(south)
        assert (status, seconds < MOST_SECONDS) == (503, True)
        status, seconds = status_of(north)
        assert (status, seconds < MOST_SECONDS) == (200, True)
        _home, east = overview.cells("owner")
        assert [fault.kind for fault in east.faults] == [faults.AWAY]
        assert directory.emptiest() == ""
        refused = south_in_east.manage("cell", "remove", "east")
        assert "run `manage.py cell drain east` first" in refused.stderr
    assert status_of(south)[0] == 200


def test_home_away_leaves_the_spaces_of_a_cell_open(
    south_in_east: TwoClusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    south, elected = client_of(SOUTH), client_of(SOUTH)
    assert status_of(south)[0] == 200
    with schema.inside(SOUTH):
        person = make_user("Alix")
        Role.objects.create(user=person, role=Role.Kind.COUNCIL, given_at=AT)
        elected.force_login(person)
    before = Tenant.objects.count()
    with away(south_in_east.home, monkeypatch):
        with schema.inside(SOUTH):
            made = User.objects.create(
                email="w@b.example", first_name="W", last_name="B", created_at=AT
            )
            assert User.objects.filter(pk=made.pk).exists()
        assert status_of(south)[0] == 200
        with pytest.raises(OperationalError):
            Tenant.objects.count()
        sent = elected.post("/council/refusals/gate/", {"gate": "on"})
        assert sent.status_code == 503
        assert "Votre espace fonctionne" in sent.text
    assert Tenant.objects.count() == before
