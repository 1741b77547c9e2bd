"""The drills of access find nothing in the product, and each planted fault."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping

import pytest

from infra.drills import fuzz, leaver, login, permissions, uploads
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import web_services

_seeds = itertools.count(2)
# The route of each fault, since other rows would only take time; and the text found there, which no
# fault planted beside it produces.
ACCESS_FINDINGS = {
    "sign_in_not_asked": ("members:people", "instead of 302"),
    "role_check_dropped": (
        *("members:people", "GET /admin/people/ on space by member: 200 instead of 403"),
    ),
    "object_check_dropped": ("conversations:detail", "200 instead of 404"),
    "method_opened": ("classifieds:board", "instead of 405"),
    "forbidden_instead_of_not_found": ("ops:home", "on ops by merchant: 403 instead of 404"),
    "refusal_with_an_effect": ("members:invitations", "a refused request has changed something"),
    "csrf_dropped": ("members:invitations", "with no token"),
    "pass_replayed": ("health/", "used three times"),
    "pass_pressed_anywhere": ("health/", "a crossing pressed on"),
    "lapsed_session_accepted": ("members:home", "with a lapsed session"),
}
LEAVER_FINDINGS = {
    "account_left_open": "still opens a second after",
    "person_remembered": "still opens a second after",
    "passes_not_revoked": "/enter/",
    "session_comes_back": "lives again",
    "withdrawn_invitation_opens": "/join/",
    "mail_to_leaver_sent": "a leaver was sent",
    "page_cached": "still opens a second after",
    "messages_lost": "is gone",
}
LOGIN_FINDINGS = {
    "hash_skipped": "sign-in of a space: the work differs",
    "other_sentence": "sign-in of a space: the answer differs",
    "mail_queued_for_known": "link of a space: the work differs",
    "slower_for_known": "link of a space: an account takes +",
    "account_unlimited": "sign-in of a space: no limit by account",
    "network_unlimited": "one network tried 1000 passwords",
    "office_shut_out": "colleagues of one office were shut out",
    "launch_refused": "link of a space: an office of 200 is refused",
    "limit_of_one_process": "a second process counts",
    "limit_of_known_only": "sign-in of a space: the limit tells who has an account",
    "success_starts_anew": "their limit begins anew",
    "strangers_lock_owners_out": "strangers' tries shut the owner out",
}
UPLOADS_FINDINGS = {
    "notes_kept": "WEBP that tells",
    "pixels_unlimited": "50 million pixels as new classified: taken",
    "name_guessable": "kept under a name that can be guessed",
    "limits_raised": "a file: child held",
    "names_opened": "a feed that is the name of feed.xml: read as a feed",
    "tried_for_ever": "paper of nested forms: tried 3 times",
    "unreadable_breaks": "50 million pixels as new classified: the job broke",
}
# Faults that do not affect each other: a single run shows them all. Django binds some of them at
# its start.
PERMISSIONS_TOGETHER = (
    ("sign_in_not_asked", "role_check_dropped", "csrf_dropped"),
    (
        *("object_check_dropped", "method_opened", "forbidden_instead_of_not_found"),
        *("refusal_with_an_effect", "lapsed_session_accepted"),
        *("pass_replayed", "pass_pressed_anywhere"),
    ),
)
# A single web process has them in turn.
LEAVER_IN_TURN = (
    *("account_left_open", "person_remembered", "session_comes_back", "page_cached"),
    "passes_not_revoked,withdrawn_invitation_opens,mail_to_leaver_sent,messages_lost",
)
LOGIN_IN_TURN = (
    "hash_skipped,other_sentence,mail_queued_for_known,slower_for_known",
    "account_unlimited,office_shut_out,launch_refused",
    "network_unlimited,limit_of_known_only",
    "limit_of_one_process,success_starts_anew",
    "strangers_lock_owners_out",
)
# The text that each drill finds for a fault, and the turn of that fault.
IN_TURN: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "leaver": (LEAVER_IN_TURN, LEAVER_FINDINGS),
    "login": (LOGIN_IN_TURN, LOGIN_FINDINGS),
    "uploads": ((), UPLOADS_FINDINGS),
}

# As much of the house as each drill tries: rounds, and words that leave some of it out.
A_PART: dict[str, tuple[int, tuple[str, ...]]] = {
    "permissions": (3, ("--only", "members:")),
    "leaver": (1, ("--only", "members:")),
    "fuzz": (1, ("--only", "/api/v1/classifieds/")),
    "login": (1, ("--only", "sign-in of a space")),
    "uploads": (0, ("--only", "new classified", "--by-turns")),
}
THE_WHOLE: dict[str, tuple[int, tuple[str, ...]]] = {
    "permissions": (8, ()),
    "leaver": (1, ()),
    "fuzz": (1, ()),
    "login": (6, ()),
    "uploads": (0, ("--by-turns",)),
}


@pytest.fixture(scope="module")
def services() -> Iterator[web_services.WebServices]:
    with web_services.standing(hashes="quick") as built:
        yield built


@pytest.fixture(scope="module")
def found_at_routes(services: web_services.WebServices) -> Callable[[str], list[str]]:
    """Return the drill's findings for planted faults, tried together if they are independent."""

    @functools.cache
    def found_of(plants: tuple[str, ...]) -> list[str]:
        only = ",".join(sorted({ACCESS_FINDINGS[plant][0] for plant in plants}))
        options = DrillOptions(plant=",".join(plants), seed=next(_seeds))
        # Every row of an address is tried: which of its things shows a fault is the fault's affair.
        bar = Bar("permissions")
        return services.run_drill(
            "permissions", "--only", only, options=options, rounds=99, bar=bar
        ).found

    return lambda plant: found_of(next(group for group in PERMISSIONS_TOGETHER if plant in group))


@pytest.fixture(scope="module")
def found_in_turn(services: web_services.WebServices) -> dict[str, list[str]]:
    """Return the findings of the drills in a web process with the faults planted in turn."""

    def visited(drill: str, *words: str, rounds: int, seed: int) -> list[str]:
        options = DrillOptions(seed=seed)
        return services.visit(
            port, drill, *words, options=options, rounds=rounds, bar=Bar(drill)
        ).found

    with services.opened(plant=",".join(fuzz.FAULTS)) as port:
        # The same requests whatever ran before: with other seeds thirty may be too few.
        fuzzed = visited("fuzz", "--only", "/api/v1/search/", rounds=30, seed=1)
        routes = ("--only", "members:", "--faults", *LEAVER_IN_TURN)
        left = visited("leaver", *routes, rounds=len(LEAVER_IN_TURN), seed=next(_seeds))
        entrances = ("--only", "of a space", "--faults", *LOGIN_IN_TURN)
        knocked = visited("login", *entrances, rounds=60, seed=next(_seeds))
        places = ("--only", "new classified", "--faults", ",".join(uploads.FAULTS))
        sent = visited("uploads", *places, rounds=0, seed=next(_seeds))
    return {"fuzz": fuzzed, "leaver": left, "login": knocked, "uploads": sent}


def visit_house(
    services: web_services.WebServices,
    subtests: pytest.Subtests,
    as_much: Mapping[str, tuple[int, tuple[str, ...]]],
) -> None:
    """Run each drill, or a part of it, against a web process; no drill finds a fault."""
    with services.opened() as port:

        def visited(drill: str) -> Report:
            options, (rounds, words) = DrillOptions(seed=next(_seeds)), as_much[drill]
            return services.visit(
                port, drill, *words, options=options, rounds=rounds, bar=Bar(drill)
            )

        with subtests.test("the addresses of colleagues are closed over HTTP"):
            report = visited("permissions")
            assert report.found == []
            assert all(report.tried.values()), report.tried
        with subtests.test("a leaver is out within a second, and nothing is lost"):
            report = visited("leaver")
            assert report.found == []
            assert report.tried["routes open before"]
            assert report.tried["tries after"]
            assert report.notes["worst_delay_ms"] <= 1000
        with subtests.test("whatever is sent to the API breaks nothing"):
            report = visited("fuzz")
            assert report.found == []
            assert {"answers 2xx", "answers 4xx"} <= set(report.tried)
        with subtests.test("no way in tells who has an account, or lets one try for long"):
            report = visited("login")
            assert report.found == []
            assert report.tried["entrances"]
        with subtests.test("no file breaks a page, fills a process or tells more than its pixels"):
            report = visited("uploads")
            assert report.found == []
            assert {"taken", "shown"} <= set(report.tried)


def test_drills_find_nothing_in_a_part_of_the_house(
    services: web_services.WebServices, subtests: pytest.Subtests
) -> None:
    visit_house(services, subtests, A_PART)


@pytest.mark.nightly  # hundreds of requests
def test_drills_find_nothing_in_the_whole_house(
    services: web_services.WebServices, subtests: pytest.Subtests
) -> None:
    visit_house(services, subtests, THE_WHOLE)


@pytest.mark.nightly
def test_an_api_that_breaks_is_found(found_in_turn: dict[str, list[str]]) -> None:
    assert any("500" in what for what in found_in_turn["fuzz"]), found_in_turn["fuzz"]


@pytest.mark.nightly
@pytest.mark.parametrize("plant", sorted(permissions.FAULTS))
def test_a_route_that_was_left_open_is_found(
    found_at_routes: Callable[[str], list[str]], plant: str
) -> None:
    found = found_at_routes(plant)
    assert any(ACCESS_FINDINGS[plant][1] in what for what in found), found


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("drill", "plant"),
    [(drill, plant) for drill, (_, findings) in IN_TURN.items() for plant in sorted(findings)],
)
def test_planted_fault_of_a_drill_is_found_in_its_turn(
    found_in_turn: dict[str, list[str]], drill: str, plant: str
) -> None:
    turns, findings = IN_TURN[drill]
    turn = next((f"{group}: " for group in turns if plant in group.split(",")), "")
    found = [what for what in found_in_turn[drill] if what.startswith(turn)]
    assert any(findings[plant] in what for what in found), found


def test_every_planted_fault_is_known() -> None:
    assert set(UPLOADS_FINDINGS) == uploads.FAULTS
    assert set(LOGIN_FINDINGS) == login.FAULTS == set(",".join(LOGIN_IN_TURN).split(","))
    assert set(ACCESS_FINDINGS) == permissions.FAULTS
    assert set(LEAVER_FINDINGS) == leaver.FAULTS == set(",".join(LEAVER_IN_TURN).split(","))
    assert len(fuzz.FAULTS) == 1
