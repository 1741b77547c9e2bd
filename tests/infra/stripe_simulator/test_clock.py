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
def simulator(simulator: Simulator) -> Simulator:
    """The simulator on the wall's own time."""
    simulator.lever("reset")
    return simulator


def test_the_past_can_be_played_from_an_empty_beginning(simulator: Simulator) -> None:
    simulator.lever("clock", now=MAY)

    charge = simulator.client().v1.charges.retrieve(simulator.charge())
    event = simulator.client().v1.events.list().data[0]
    account = simulator.client().v2.core.accounts.retrieve(simulator.account())

    began, later = 1746086400, 1746086400 + PATIENCE
    assert began <= charge.created < later
    assert began <= event.created < later
    assert account.created.startswith("2025-05-01T08:0")


def test_the_signature_of_an_event_from_the_past_is_of_today(simulator: Simulator) -> None:
    simulator.lever("clock", now=MAY)
    simulator.charge()

    delivery = simulator.deliveries()[0]

    event = simulator.client().construct_event(delivery.body, delivery.signature, "whsec_snapshot")
    assert event.created < time.time() - 86400


def test_the_clock_never_goes_back_once_something_has_happened(simulator: Simulator) -> None:
    simulator.charge()
    headers = {"Authorization": f"Bearer {KEY}"}

    answer = simulator.send("POST", f"/_sim/clock?now={MAY.replace('+', '%2B')}", headers=headers)

    assert answer.status == 400
    assert simulator.lever("clock", "GET")["offset_seconds"] == 0


def test_a_reset_brings_the_clock_back_to_today(simulator: Simulator) -> None:
    simulator.lever("clock", now=MAY)

    simulator.lever("reset")

    before = int(time.time())
    assert before <= simulator.lever("clock", "GET")["now"] <= time.time()


def test_saved_state_comes_back_with_its_moment_as_often_as_one_likes(
    simulator: Simulator,
) -> None:
    client = simulator.client()
    simulator.lever("clock", now=MAY)
    account, charge = simulator.account(), simulator.charge()
    saved = simulator.lever("save")
    for _ in range(2):
        simulator.charge()
        simulator.lever("clock/advance", days=40)
        simulator.lever("balance", account=account, available="77")
        simulator.lever("faults", kind="error_before", method="GET")

        restored = simulator.lever("restore")

        assert saved["now"] <= restored["now"] <= saved["now"] + 1
        assert [found.id for found in client.v1.charges.list()] == [charge]
        assert client.v1.events.list({"type": "charge.succeeded"}).data[0].data.object.id == charge
        assert (simulator.balance(account)[0], simulator.balance()[0]) == (0, 0)
        simulator.lever("clock/advance", days=10)
        assert simulator.balance()[0] > 0


def test_simulator_that_saved_nothing_restores_nothing() -> None:
    with pytest.raises(ApiError, match="Nothing was saved"):
        World(Settings(api_key=KEY, base="http://127.0.0.1:1")).restore()


@pytest.mark.parametrize(
    ("step", "seconds"), [({"seconds": 90}, 90), ({"hours": 2}, 7200), ({"days": 3}, 259200)]
)
def test_the_clock_advances_by_the_given_step(
    simulator: Simulator, step: dict[str, int], seconds: int
) -> None:
    simulator.lever("clock/advance", **step)

    assert simulator.lever("clock", "GET")["offset_seconds"] == seconds


def test_the_clock_advances_to_a_moment(simulator: Simulator) -> None:
    simulator.lever("clock", now=MAY)

    simulator.lever("clock/advance", to="2025-06-01T00:00:00Z")

    assert simulator.lever("clock", "GET")["iso"].startswith("2025-06-01T00:0")


def test_advancing_to_what_is_past_changes_nothing(simulator: Simulator) -> None:
    simulator.charge()

    simulator.lever("clock/advance", to=MAY)

    assert simulator.lever("clock", "GET")["offset_seconds"] == 0


def test_events_are_kept_for_thirty_days(simulator: Simulator) -> None:
    simulator.charge()
    simulator.deliveries()
    client = simulator.client()

    simulator.lever("clock/advance", days=29)
    assert client.v1.events.list({"type": "charge.succeeded"}).data
    simulator.lever("clock/advance", days=2)

    assert client.v1.events.list({"type": "charge.succeeded"}).data == []


def test_an_event_that_was_not_posted_yet_is_kept_longer(simulator: Simulator) -> None:
    simulator.lever("faults", kind="delay_event", event="charge.succeeded", seconds=600)
    simulator.charge()

    simulator.lever("clock/advance", days=40)

    assert simulator.client().v1.events.list({"type": "charge.succeeded"}).data


def test_events_due_meanwhile_happen_at_their_own_time(simulator: Simulator) -> None:
    simulator.lever("clock", now=MAY)
    simulator.charge()

    simulator.lever("clock/advance", to="2025-07-01T00:00:00Z")

    event = simulator.client().v1.events.list({"type": "balance.available"}).data[0]
    assert event.created == 1746316800


@pytest.mark.parametrize(
    "step", [{"days": 10**9}, {"to": "9999-01-01T00:00:00Z"}, {"to": "never"}, {"days": "many"}]
)
def test_the_clock_does_not_go_where_no_calendar_goes(
    simulator: Simulator, step: dict[str, object]
) -> None:
    answer = simulator.try_lever("clock/advance", **step)

    assert answer.status == 400
    assert simulator.lever("clock", "GET")["offset_seconds"] == 0
