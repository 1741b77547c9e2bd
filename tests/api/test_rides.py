"""Rides in the API: permissions for reading and writing, and answers to invalid requests."""

import json

import pytest
from django.utils import timezone

from saas.accounts.models import User
from tenants.community.rides.models import Ride
from tenants.spaces.spots import site_ids
from tests.api.test_classifieds import post
from tests.fixtures.people import DAY, Browse, make_user

URL = "/api/v1/rides/"
BOOKINGS = "/api/v1/ride-bookings/"


def payload(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "role": "driver",
        "way": "to",
        "site_id": min(site_ids()),
        "place": "Gare",
        "distance_km": 12,
        "bearing": "n",
        "day": (timezone.localdate() + 2 * DAY).isoformat(),
        "time": "08:00",
        "seats": 1,
        "price_cents": 100,
    }
    return usual | changes


def test_ride_is_offered_asked_for_accepted_and_cancelled(
    browse: Browse, owner: User, teammate: User
) -> None:
    driver, passenger = browse(owner), browse(teammate)
    made = post(driver, URL, payload())
    assert made.status_code == 201, made.content
    url, day = f"{URL}{made.json()['reference']}/", payload()["day"]
    spot = {"place": "Pont", "distance_km": 8, "bearing": "e"}
    page = post(passenger, f"{url}ask/", {**spot, "days": [day]}).json()
    (booking,) = page["bookings"]
    assert (booking["state"], booking["person"]["name"]) == ("asked", "Karim L.")
    assert booking["detour_minutes"] > 0
    assert owner.email not in json.dumps(page)
    answer = f"{BOOKINGS}{booking['reference']}/"
    assert post(passenger, f"{answer}accept/", {}).status_code == 403
    assert post(driver, f"{answer}accept/", {}).json()["state"] == "accepted"
    third = browse(make_user("Ines"))
    full = post(third, f"{url}ask/", {**spot, "days": [day]})
    assert (full.status_code, third.get(url).json()["bookings"]) == (422, [])
    cancelled = post(passenger, f"{answer}cancel/", {}).json()
    assert (cancelled["state"], cancelled["cancelled_late"]) == ("cancelled", False)
    assert driver.get(URL).json()["results"][0]["taken"] == 0
    for never in ("0001-01-01", "9999-12-31"):
        assert post(third, f"{url}ask/", {**spot, "days": [never]}).status_code == 400
    assert post(driver, f"{url}close/", {}).json()["departures"] == []


def test_ride_s_day_is_cancelled_by_its_author(browse: Browse, owner: User, teammate: User) -> None:
    every_day = {"weekdays": "0123456", "until": (timezone.localdate() + 4 * DAY).isoformat()}
    made = post(browse(owner), URL, payload(**every_day)).json()
    url, day = f"{URL}{made['reference']}/cancel-day/", payload()["day"]
    assert post(browse(teammate), url, {"day": day}).status_code == 403
    left = post(browse(owner), url, {"day": day}).json()
    assert len(left["departures"]) == len(made["departures"]) - 1 == 2
    assert post(browse(owner), url, {"day": "2020-01-01"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"day": "2020-01-01"}, 422),
        ({"day": "hier"}, 400),
        ({"day": "0001-01-01"}, 400),
        ({"day": "9999-12-31", "weekdays": "4", "until": "9999-12-31"}, 400),
        ({"seats": 0}, 422),
        ({"seats": 9}, 422),
        ({"distance_km": 0}, 422),
        ({"bearing": "up"}, 400),
        ({"price_cents": 10_000}, 422),
        ({"price_cents": -1}, 400),
        ({"site_id": 999_999}, 422),
        ({"weekdays": "08"}, 422),
        ({"weekdays": "0"}, 422),
        ({"audience": "company"}, 422),
        ({"place": "\u200b"}, 422),
    ],
)
def test_nonsense_is_refused_and_offers_nothing(
    browse: Browse, owner: User, changes: dict[str, object], status: int
) -> None:
    answer = post(browse(owner), URL, payload(**changes))
    assert answer.status_code == status, answer.content
    assert answer.json()["detail"]
    assert not Ride.objects.exists()
