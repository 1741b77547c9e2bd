"""Time is moved on the simulator only."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from infra.demo import levers
from tests.fixtures.services import Simulator


@pytest.mark.parametrize(
    ("base", "key"),
    [
        ("https://api.stripe.com", "sk_test_somebody"),
        ("http://127.0.0.1:4242", "sk_live_somebody"),
        ("http://stripe.example", "sk_test_somebody"),
    ],
)
def test_lever_moves_the_simulator_alone(settings: Settings, base: str, key: str) -> None:
    settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY = base, key
    with pytest.raises(RuntimeError, match="simulator only"):
        levers.pull("clock/advance", days="1")
    with pytest.raises(RuntimeError, match="simulator only"):
        call_command("tick", at="2026-12-24T12:00:00+01:00")


@pytest.mark.parametrize("at", ["tomorrow", "2026-12-24T12:00:00"])
def test_a_moment_without_its_zone_is_refused(at: str) -> None:
    with pytest.raises(CommandError, match="with its zone"):
        call_command("tick", at=at)


def test_a_tick_moves_the_simulators_clock(own_database: None, stripe_simulator: Simulator) -> None:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
    call_command("tick", at=later.isoformat())
    answer = levers.pull("clock")
    assert abs((dt.datetime.fromisoformat(answer["iso"]) - later).total_seconds()) < 60
