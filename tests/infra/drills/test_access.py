"""The drills at doors find nothing in the product, and each planted fault."""

import functools
import itertools
from collections.abc import Callable, Iterator

import pytest

from infra.drills import fuzz, leaver, permissions, web_services
from infra.drills.harness import Bar, DrillOptions, Report

_seeds = itertools.count(1)
# Where a fault shows; other rows would only take time.
SHOWN_AT = {
    "sign_in_not_asked": "members:people",
    "role_check_dropped": "members:people",
    "object_check_dropped": "conversations:detail",
    "method_opened": "classifieds:board",
    "forbidden_instead_of_not_found": "ops:home",
    "refusal_with_an_effect": "members:invitations",
    "csrf_dropped": "members:invitations",
    "pass_replayed": "health/",
    "pass_pressed_anywhere": "health/",
    "lapsed_session_accepted": "members:home",
}
# What is found of a fault, and of none that is built in beside it.
SAID_OF_DOORS = {
    "sign_in_not_asked": "instead of 302",
    "role_check_dropped": "GET /admin/people/ on space by member: 200 instead of 403",
    "object_check_dropped": "200 instead of 404",
    "method_opened": "instead of 405",
    "forbidden_instead_of_not_found": "on ops by merchant: 403 instead of 404",
    "refusal_with_an_effect": "a refused request has changed something",
    "csrf_dropped": "with no token",
    "pass_replayed": "used three times",
    "pass_pressed_anywhere": "a crossing pressed on",
    "lapsed_session_accepted": "with a lapsed session",
}
SAID_OF_LEAVERS = {
    "account_left_open": "still opens a second after",
    "person_remembered": "still opens a second after",
    "passes_not_revoked": "/enter/",
    "session_comes_back": "lives again",
    "withdrawn_invitation_opens": "/join/",
    "mail_to_leaver_sent": "a leaver was sent",
    "page_cached": "still opens a second after",
    "messages_lost": "is gone",
}
# Every row of an address is tried: which of its things shows a fault is the fault's affair.
ROUNDS = {"permissions": 99, "leaver": 1}
# Faults that are in nobody's way: one run shows them all.
TOGETHER = (
    ("sign_in_not_asked", "role_check_dropped", "csrf_dropped"),
    (
        *("object_check_dropped", "method_opened", "forbidden_instead_of_not_found"),
        *("refusal_with_an_effect", "lapsed_session_accepted"),
        *("pass_replayed", "pass_pressed_anywhere"),
    ),
    ("passes_not_revoked", "withdrawn_invitation_opens", "mail_to_leaver_sent", "messages_lost"),
)


@pytest.fixture(scope="module")
def services() -> Iterator[web_services.WebServices]:
    with web_services.standing() as built:
        yield built


@pytest.fixture(scope="module")
def found_beside(services: web_services.WebServices) -> Callable[[str, str], list[str]]:
    """Return what a drill finds where a fault is built in, and those that may stand beside it."""

    @functools.cache
    def found_of(drill: str, plants: tuple[str, ...], only: str) -> list[str]:
        return knock(services, drill, plant=",".join(plants), only=only, rounds=ROUNDS[drill]).found

    def found(drill: str, plant: str) -> list[str]:
        plants = next((group for group in TOGETHER if plant in group), (plant,))
        only = ",".join(sorted({SHOWN_AT.get(one, "members:") for one in plants}))
        return found_of(drill, plants, only)

    return found


def knock(
    services: web_services.WebServices,
    drill: str,
    *,
    plant: str = "",
    only: str = "",
    rounds: int = 1,
    seed: int = 0,
) -> Report:
    options = DrillOptions(plant=plant, seed=seed or next(_seeds))
    return services.knock(drill, options=options, rounds=rounds, bar=Bar(drill), only=only)


def test_three_drills_find_nothing_in_one_house(
    services: web_services.WebServices, subtests: pytest.Subtests
) -> None:
    with services.opened() as port:

        def visited(drill: str, *, rounds: int, only: str = "") -> Report:
            options = DrillOptions(seed=next(_seeds))
            return services.visit(
                port, drill, options=options, rounds=rounds, bar=Bar(drill), only=only
            )

        with subtests.test("the doors of colleagues are shut over HTTP"):
            report = visited("permissions", rounds=8, only="members:")
            assert report.found == []
            assert all(report.tried.values()), report.tried
        with subtests.test("a leaver is out within a second, and nothing is lost"):
            report = visited("leaver", rounds=1)
            assert report.found == []
            assert report.tried["routes open before"]
            assert report.tried["tries after"]
            assert report.notes["worst_delay_ms"] <= 1000
        with subtests.test("whatever is sent to the API breaks nothing"):
            report = visited("fuzz", rounds=2)
            assert report.found == []
            assert {"answers 2xx", "answers 4xx"} <= set(report.tried)


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(fuzz.FAULTS))
def test_an_api_that_breaks_is_found(services: web_services.WebServices, plant: str) -> None:
    # The same requests whatever ran before: with other seeds thirty may be too few.
    found = knock(services, "fuzz", plant=plant, only="/api/v1/search/", rounds=30, seed=1).found

    assert any("500" in what for what in found), found


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(permissions.FAULTS))
def test_a_route_that_was_left_open_is_found(
    found_beside: Callable[[str, str], list[str]], plant: str
) -> None:
    found = found_beside("permissions", plant)

    assert any(SAID_OF_DOORS[plant] in what for what in found), found


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(leaver.FAULTS))
def test_routes_that_still_open_to_a_leaver_are_found(
    found_beside: Callable[[str, str], list[str]], plant: str
) -> None:
    found = found_beside("leaver", plant)

    assert any(SAID_OF_LEAVERS[plant] in what for what in found), found


def test_every_planted_fault_is_known() -> None:
    assert set(SHOWN_AT) == set(SAID_OF_DOORS) == permissions.FAULTS
    assert set(SAID_OF_LEAVERS) == leaver.FAULTS
