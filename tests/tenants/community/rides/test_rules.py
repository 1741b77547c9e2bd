"""Departures of rides, the length of a detour, and the highest price of a seat."""

import datetime as dt
import zoneinfo

import pytest

from saas.kernel.errors import Refused
from saas.kernel.values.points import metres
from tenants.community.rides import rules
from tenants.community.rides.rules import Spot, Timing

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
SITE = (47.39, 0.69)


def local(timing: Timing) -> list[str]:
    return [
        f"{moment.astimezone(PARIS):%d/%m %H:%M}"
        for moment in rules.departures_of(timing, zone=PARIS)
    ]


def test_regular_ride_leaves_at_its_time_on_the_wall_over_a_clock_change() -> None:
    timing = Timing(dt.date(2027, 3, 25), dt.time(8), "03", dt.date(2027, 4, 1))

    assert local(timing) == ["25/03 08:00", "29/03 08:00", "01/04 08:00"]
    skipped = Timing(dt.date(2027, 3, 28), dt.time(2, 30))
    assert local(skipped) == ["28/03 03:30"]


@pytest.mark.parametrize("bearing", ["n", "ne", "e", "se", "s", "sw", "w", "nw"])
def test_spot_lies_at_the_given_distance_from_the_site(bearing: str) -> None:
    point = rules.point_of(SITE, Spot("", 25, bearing))

    assert metres(SITE, point) == pytest.approx(25_000, rel=1e-6)


@pytest.mark.parametrize(
    ("driver", "passenger", "minutes"),
    [
        (Spot("", 12, "n"), Spot("", 12, "n"), 0),
        (Spot("", 12, "n"), Spot("", 6, "n"), 0),
        (Spot("", 10, "n"), Spot("", 20, "n"), 32),  # 20 km more through the air, 26 by road
        (Spot("", 10, "n"), Spot("", 10, "s"), 32),
        (Spot("", 10, "n"), Spot("", 10, "e"), 23),  # 14.1 km more, 18.4 by road
    ],
)
def test_detour_is_the_way_over_the_passenger_less_the_way_without(
    driver: Spot, passenger: Spot, minutes: int
) -> None:
    assert rules.detour_minutes(SITE, driver=driver, passenger=passenger) == minutes


@pytest.mark.parametrize(
    ("km", "seats", "cents"), [(10, 1, 264), (20, 3, 264), (100, 4, 1058), (1, 8, 5)]
)
def test_fair_share_is_the_lowest_scale_over_all_who_sit_in_the_car(
    km: int, seats: int, cents: int
) -> None:
    assert rules.fair_share(km, seats) == cents
    assert cents * (seats + 1) * 10 <= km * rules.SCALE_MILLIS
    rules.check_price(cents, distance_km=km, seats=seats)
    with pytest.raises(Refused, match="la loi ne permet que de partager les frais"):
        rules.check_price(cents + 1, distance_km=km, seats=seats)


@pytest.mark.parametrize(
    ("spot", "sentence"),
    [
        (Spot("\u200b", 5, "n"), "d’où vous partez"),
        (Spot("Gare", 0, "n"), "entre 1 et 200 km"),
        (Spot("Gare", 201, "n"), "entre 1 et 200 km"),
        (Spot("Gare", 5, "up"), "direction de la liste"),
    ],
)
def test_impossible_spots_are_refused(spot: Spot, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        rules.check_spot(spot)


@pytest.mark.parametrize(
    "timing",
    [
        Timing(dt.date(2026, 12, 1), dt.time(8), "7", dt.date(2026, 12, 8)),
        Timing(dt.date(2026, 12, 1), dt.time(8), "0", None),
        Timing(dt.date(2026, 12, 1), dt.time(8), "0", dt.date(2026, 11, 1)),
        Timing(dt.date(2026, 12, 1), dt.time(8), "0", dt.date(2027, 12, 1)),
    ],
)
def test_impossible_days_of_the_week_are_refused(timing: Timing) -> None:
    with pytest.raises(Refused):
        rules.check_regular(timing)
