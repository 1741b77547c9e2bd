"""Rides that neighbours see: those that a treaty opens, the next departure of each."""

from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.rides import actions
from tenants.community.treaties.forms import deciding
from tenants.community.treaties.queries import board as queries
from tests.tenants.community.rides.making import make_ride
from tests.tenants.community.treaties.conftest import Jobs


def test_ride_for_neighbours_is_seen_with_its_departure_until_it_is_closed(
    boss: User, southern_boss: User, jobs: Jobs
) -> None:
    now = timezone.now()
    reference = deciding.propose(
        address="south", gives=["rides"], takes=[], message="", by=boss, at=now
    )
    jobs.run()
    with schema.inside("south"):
        deciding.accept(reference=reference, by=southern_boss, at=now)
    jobs.run()
    make_ride(boss, at=now)
    shown = make_ride(boss, at=now, audience="neighbours", price_cents=100)
    jobs.run()

    with schema.inside("south"), timezone.override("Europe/Paris"):
        (tile,) = queries.board(queries.Filters(), at=now).tiles
        assert (tile.kind, tile.cents, tile.place) == ("Conduit", 100, "Gare de Lorvaux")
        assert "8\u00a0h\u00a000" in tile.state
    actions.close(ride=shown, by=boss, at=now)
    jobs.run()
    with schema.inside("south"):
        assert queries.board(queries.Filters(), at=now).tiles == []
