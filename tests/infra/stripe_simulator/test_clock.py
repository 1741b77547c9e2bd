"""Time that can be played: set before anything happens, then only forwards."""

import time

import pytest

from infra.stripe_simulator.errors import ApiError
from infra.stripe_simulator.settings import Settings
from infra.stripe_simulator.world import World
from tests.fixtures.patience import PATIENCE
from tests.infra.stripe_simulator.conftest import KEY, Simulator

MAY = "2025-05-01T10:00:00+02:00"


@pytest.fixture
def sim(sim: Simulator) -> Simulator:
    """The simulator on the wall's own time."""
    sim.lever("reset")
    return sim


def test_the_past_can_be_played_from_an_empty_beginning(sim: Simulator) -> None:
    sim.lever("clock", now=MAY)
    charge = sim.v1.charges.retrieve(sim.charge())
    event = sim.v1.events.list().data[0]
    account = sim.v2.core.accounts.retrieve(sim.account())
    began, later = 1746086400, 1746086400 + PATIENCE
    assert began <= charge.created < later
    assert began <= event.created < later
    assert account.created.startswith("2025-05-01T08:0")


def test_the_signature_of_an_event_from_the_past_is_of_today(sim: Simulator) -> None:
    sim.lever("clock", now=MAY)
    sim.charge()
    delivery = sim.deliveries()[0]
    event = sim.client.construct_event(delivery.body, delivery.signature, "whsec_snapshot")
    assert event.created < time.time() - 86400


def test_the_clock_never_goes_back_once_something_has_happened(sim: Simulator) -> None:
    sim.charge()
    assert sim.try_lever("clock", now=MAY).status == 400
    assert sim.lever("clock", "GET")["offset_seconds"] == 0


def test_a_reset_brings_the_clock_back_to_today(sim: Simulator) -> None:
    sim.lever("clock", now=MAY)
    sim.lever("reset")
    before = int(time.time())
    assert before <= sim.lever("clock", "GET")["now"] <= time.time()


def test_saved_state_comes_back_with_its_moment_as_often_as_one_likes(sim: Simulator) -> None:
    sim.lever("clock", now=MAY)
    account, charge = sim.account(), sim.charge()
    saved = sim.lever("save")
    for _ in range(2):
        sim.charge()
        sim.advance(days=40)
        sim.lever("balance", account=account, available="77")
        sim.lever("faults", kind="error_before", method="GET")
        restored = sim.lever("restore")
        assert saved["now"] <= restored["now"] <= saved["now"] + 1
        assert [found.id for found in sim.v1.charges.list()] == [charge]
        assert sim.v1.events.list({"type": "charge.succeeded"}).data[0].data.object.id == charge
        assert (sim.balance(account)[0], sim.balance()[0]) == (0, 0)
        sim.advance(days=10)
        assert sim.balance()[0] > 0


def test_simulator_that_saved_nothing_restores_nothing() -> None:
    with pytest.raises(ApiError, match="Nothing was saved"):
        World(Settings(api_key=KEY, base="http://127.0.0.1:1")).restore()


@pytest.mark.parametrize(
    ("step", "seconds"), [({"seconds": 90}, 90), ({"hours": 2}, 7200), ({"days": 3}, 259200)]
)
def test_the_clock_advances_by_the_given_step(
    sim: Simulator, step: dict[str, int], seconds: int
) -> None:
    sim.advance(**step)
    assert sim.lever("clock", "GET")["offset_seconds"] == seconds


def test_the_clock_advances_to_a_moment_unless_it_is_past(sim: Simulator) -> None:
    sim.lever("clock", now=MAY)
    sim.charge()
    for moment in ("2025-06-01T00:00:00Z", MAY):
        sim.advance(to=moment)
        assert sim.lever("clock", "GET")["iso"].startswith("2025-06-01T00:0")


def test_events_are_kept_for_thirty_days(sim: Simulator) -> None:
    sim.charge()
    sim.deliveries()
    sim.advance(days=29)
    assert sim.v1.events.list({"type": "charge.succeeded"}).data
    sim.advance(days=2)
    assert sim.v1.events.list({"type": "charge.succeeded"}).data == []


def test_an_event_that_was_not_posted_yet_is_kept_longer(sim: Simulator) -> None:
    sim.lever("faults", kind="delay_event", event="charge.succeeded", seconds=600)
    sim.charge()
    sim.advance(days=40)
    assert sim.v1.events.list({"type": "charge.succeeded"}).data


def test_events_due_meanwhile_happen_at_their_own_time(sim: Simulator) -> None:
    sim.lever("clock", now=MAY)
    sim.charge()
    sim.advance(to="2025-07-01T00:00:00Z")
    event = sim.v1.events.list({"type": "balance.available"}).data[0]
    assert event.created == 1746316800


@pytest.mark.parametrize(
    "step", [{"days": 10**9}, {"to": "9999-01-01T00:00:00Z"}, {"to": "never"}, {"days": "many"}]
)
def test_the_clock_does_not_go_where_no_calendar_goes(
    sim: Simulator, step: dict[str, object]
) -> None:
    answer = sim.try_lever("clock/advance", **step)
    assert answer.status == 400
    assert sim.lever("clock", "GET")["offset_seconds"] == 0
