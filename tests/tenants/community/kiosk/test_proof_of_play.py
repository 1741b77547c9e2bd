"""Plays reported by a screen count only if they are possible: in sequence, from its playlist."""

import datetime as dt
import zoneinfo
from typing import Any
from uuid import UUID

import pytest

from saas.accounts.models import User
from saas.kernel.offers.screen_hooks import FlightRun
from tenants.community.kiosk.models import Play, Screen
from tenants.community.kiosk.queries import screens as queries
from tenants.community.kiosk.rules import screens as rules
from tests.fixtures.people import AT, DAY, HOUR, Browse
from tests.tenants.community.kiosk.making import Device, paired, play

SECOND = dt.timedelta(seconds=1)
FLIGHT = "FL-ABCDEF"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> FlightRun:
    """A flight of the space that runs today from eight to sixteen."""
    found = FlightRun(AT.date(), AT.date(), (8, 16))
    monkeypatch.setattr(queries, "flight_runs", lambda _references: {FLIGHT: found})
    return found


def paired_at(
    browse: Browse, manager: User, moment: dt.datetime, **changes: Any
) -> tuple[Device, Screen]:
    """A screen that was paired some time ago."""
    device, screen = paired(browse(), manager, AT, **changes)
    Screen.objects.filter(pk=screen.pk).update(paired_at=moment)
    return device, screen


def report(device: Device, plays: list[dict[str, str]]) -> int:
    """Send plays in several messages; return how many count."""
    for start in range(0, len(plays), rules.MOST_PLAYS):
        part = plays[start : start + rules.MOST_PLAYS]
        assert len(device.say("/screen/plays/", {"plays": part}).json()["kept"]) == len(part)
    return Play.objects.count()


def of_flight(screen: Screen, shown_at: dt.datetime, **changes: Any) -> dict[str, str]:
    usual = {"flight": FLIGHT, "slide": f"placement:{FLIGHT}"}
    return play(screen, shown_at=shown_at, **(usual | changes))


def test_plays_of_a_screen_do_not_overlap(browse: Browse, manager: User) -> None:
    device, screen = paired_at(browse, manager, AT - DAY)
    made_up = [play(screen, shown_at=AT - HOUR + number * SECOND) for number in range(300)]
    assert report(device, made_up) <= 300 // 8 + 1  # ten seconds each, two of them tolerated
    other, second = paired_at(browse, manager, AT - DAY, name="Cantine")
    before = Play.objects.count()
    report(other, [play(second, shown_at=AT - HOUR)])
    assert Play.objects.count() == before + 1  # two screens play at the same time


def test_play_is_no_longer_than_a_slide(browse: Browse, manager: User) -> None:
    device, screen = paired_at(browse, manager, AT - DAY)
    too_long = [play(screen, shown_at=AT - HOUR, seconds=seconds) for seconds in (11, 600, 0, -5)]
    assert report(device, too_long) == 0


def test_screen_plays_no_more_than_a_day_in_a_day(browse: Browse, manager: User) -> None:
    zone = zoneinfo.ZoneInfo("Europe/Paris")
    _device, screen = paired_at(browse, manager, AT - 3 * DAY)
    begin = dt.datetime.combine((AT - DAY).date(), dt.time(), tzinfo=zone)
    sent = [play(screen, shown_at=begin + number * 8 * SECOND) for number in range(10_800)]
    reports = [
        rules.PlayReport(
            UUID(int=number), "deal:x", "", begin + number * 8 * SECOND, 10, one["signature"], ""
        )
        for number, one in enumerate(sent)
    ]
    fitting = rules.plays_that_fit(reports, [], zone=zone)
    assert sum(one.seconds for one in fitting) == 24 * 3600
    spring = dt.datetime(2026, 3, 29, tzinfo=zone)
    short = [one._replace(shown_at=spring + n * 8 * SECOND) for n, one in enumerate(reports)]
    in_utc = [one._replace(shown_at=one.shown_at.astimezone(dt.UTC)) for one in short]
    day = rules.plays_that_fit(in_utc, [], zone=zone)
    by_day = sum(one.seconds for one in day if one.shown_at.astimezone(zone).day == 29)
    assert by_day <= 23 * 3600


def test_play_of_a_flight_needs_the_flight_in_the_playlist(
    browse: Browse, manager: User, run: FlightRun
) -> None:
    device, screen = paired_at(browse, manager, AT - 3 * DAY)
    wrong = [
        of_flight(screen, AT - HOUR, flight="FL-OTHERS"),
        of_flight(screen, AT - HOUR, slide="placement:FL-OTHERS"),
        of_flight(screen, AT - HOUR, slide="deal:BP-2345678"),
        of_flight(screen, AT - HOUR, flight=""),
        of_flight(screen, AT - DAY),  # before its first day
        of_flight(screen, AT.replace(hour=3)),  # before its hours
    ]
    assert report(device, wrong) == 0
    assert report(device, [of_flight(screen, AT - HOUR)]) == 1
    assert Play.objects.get().flight_reference == FLIGHT
    quiet, silent = paired_at(browse, manager, AT - 3 * DAY, name="Repos", is_quiet=True)
    assert report(quiet, [of_flight(silent, AT - HOUR)]) == 1
    assert run.hours == (8, 16)


def test_play_is_after_the_pairing_and_not_to_come(browse: Browse, manager: User) -> None:
    device, screen = paired_at(browse, manager, AT - HOUR)
    assert report(device, [play(screen, shown_at=AT - 2 * HOUR)]) == 0
    assert report(device, [play(screen, shown_at=AT + HOUR)]) == 0
    assert report(device, [play(screen, shown_at=AT - HOUR / 2)]) == 1


def test_play_with_a_signature_that_is_no_ascii_is_left_out(browse: Browse, manager: User) -> None:
    device, screen = paired_at(browse, manager, AT - DAY)
    odd = {**play(screen, shown_at=AT - HOUR), "signature": "é" * 64}
    assert report(device, [odd]) == 0


def test_plays_on_closed_days_do_not_count(
    browse: Browse, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = (AT.date() - DAY,)
    found = FlightRun(AT.date() - DAY, AT.date(), (0, 24), closed)
    monkeypatch.setattr(queries, "flight_runs", lambda _references: {FLIGHT: found})
    device, screen = paired_at(browse, manager, AT - 2 * DAY)
    assert report(device, [of_flight(screen, AT - DAY)]) == 0
    assert report(device, [of_flight(screen, AT - HOUR)]) == 1
