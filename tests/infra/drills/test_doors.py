"""The drills at doors find nothing in the product, and each planted fault."""

import itertools
from collections.abc import Iterator

import pytest

from infra.drills import fuzz, leaver, permissions, web_services
from infra.drills.harness import Asked, Bar, Report

_seeds = itertools.count(1)
# Which rows show the fault; the others would only take time.
SHOWN_AT = {
    "sign_in_not_asked": "members:people",
    "role_check_dropped": "members:people",
    "object_check_dropped": "conversations:detail",
    "method_opened": "classifieds:board",
    "forbidden_instead_of_hidden": "ops:home",
    "refusal_with_an_effect": "members:invitations",
    "csrf_dropped": "members:invitations",
    "pass_replayed": "health/",
    "pass_pressed_anywhere": "health/",
    "lapsed_session_accepted": "members:home",
}
SAID_OF_LEAVERS = {
    "account_left_open": "still opens a second after",
    "person_remembered": "still opens a second after",
    "pass_kept": "/enter/",
    "session_comes_back": "lives again",
    "invitation_kept": "/join/",
    "letter_sent": "a leaver was sent",
    "page_cached": "still opens a second after",
    "messages_lost": "is gone",
}


@pytest.fixture(scope="module")
def house() -> Iterator[web_services.WebServices]:
    with web_services.standing() as built:
        yield built


def knock(
    house: web_services.WebServices, drill: str, *, plant: str = "", only: str = "", rounds: int = 1
) -> Report:
    asked = Asked(plant=plant, seed=next(_seeds))
    return house.knock(drill, asked=asked, rounds=rounds, bar=Bar(drill), only=only)


def test_the_doors_of_colleagues_are_shut_over_http(house: web_services.WebServices) -> None:
    asked = Asked(seed=next(_seeds))

    report = house.knock(
        "permissions", asked=asked, rounds=8, bar=Bar("permissions"), only="members:"
    )

    assert report.found == []
    assert all(report.tried.values()), report.tried


def test_a_leaver_is_out_within_a_second_and_nothing_is_lost(
    house: web_services.WebServices,
) -> None:
    report = knock(house, "leaver")

    assert report.found == []
    assert report.tried["doors open before"]
    assert report.tried["tries after"]
    assert report.notes["worst_delay_ms"] <= 1000


def test_whatever_is_sent_to_the_api_breaks_nothing(house: web_services.WebServices) -> None:
    report = knock(house, "fuzz", rounds=2)

    assert report.found == []
    assert {"answers 2xx", "answers 4xx"} <= set(report.tried)


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(fuzz.FAULTS))
def test_an_api_that_breaks_is_found(house: web_services.WebServices, plant: str) -> None:
    found = knock(house, "fuzz", plant=plant, only="/api/v1/search/", rounds=30).found

    assert any("500" in what for what in found), found


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(permissions.FAULTS))
def test_a_door_that_was_left_open_is_found(house: web_services.WebServices, plant: str) -> None:
    # Every row of the address: which of its things shows the fault is the fault's affair.
    report = knock(house, "permissions", plant=plant, only=SHOWN_AT[plant], rounds=99)

    assert report.found


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(leaver.FAULTS))
def test_what_a_leaver_still_reaches_is_found(house: web_services.WebServices, plant: str) -> None:
    found = knock(house, "leaver", plant=plant, only="members:").found

    assert any(SAID_OF_LEAVERS[plant] in what for what in found), found


def test_every_planted_fault_is_known() -> None:
    assert set(SHOWN_AT) == permissions.FAULTS
    assert set(SAID_OF_LEAVERS) == leaver.FAULTS
