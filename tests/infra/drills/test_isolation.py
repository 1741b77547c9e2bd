"""The drill of the wall finds nothing here, and finds each planted fault."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.drills.inside import columns
from infra.drills.inside.walls import Walls
from infra.drills.running import canaries, planting
from infra.drills.traffic import crawl
from tests.infra.drills import drill_processes

SHORT = 600
BY_CRAWLING = {
    "page_of_the_wrong_space": "classifieds:board",
    "file_without_check": "classifieds:picture",
    "session_of_any_space": "members:home",
}


@pytest.fixture(scope="module")
def canaries_again(django_db_setup: None) -> Iterator[Callable[[], dict[str, Any]]]:
    """Build three spaces full of canaries once; each call puts them back, for a crawler."""
    result = drill_processes.run_command("drill_canaries")
    with drill_processes.copy_of_now("canaries") as put_back:

        def again() -> dict[str, Any]:
            put_back()
            return result

        yield again


@pytest.fixture
def canary_world(
    canaries_again: Callable[[], dict[str, Any]], own_database: None
) -> dict[str, Any]:
    """Return the crawler's data on the three spaces in the test's database."""
    return canaries_again()


@pytest.fixture
def walls(canary_world: dict[str, Any]) -> Iterator[Walls]:
    """Return the first space's role before the others' walls."""
    names = [space["schema"] for space in canary_world["spaces"]]
    yield Walls(names, trying=names[:1])
    # Roles survive the dropped database.
    drill_processes.as_superuser("GRANT t_canaryb TO troovon_app WITH INHERIT FALSE, SET TRUE")
    drill_processes.as_superuser("REVOKE CONNECT ON DATABASE postgres FROM troovon_app")


def test_every_column_of_words_has_a_canary_or_a_reason() -> None:
    bare = [
        str(field)
        for model in columns.tables()
        for field in columns.texts(model)
        if not columns.is_painted(field) and str(field) not in columns.LISTED
    ]
    assert not bare, "give it a canary, or say in columns.LISTED why there is none"


def test_columns_listed_without_a_canary_exist() -> None:
    known = {str(field) for model in columns.tables() for field in columns.texts(model)}
    assert set(columns.LISTED) <= known


def test_a_role_gets_nothing_of_others_by_any_statement_and_what_stays_open_is_named(
    walls: Walls,
) -> None:
    walls.against_all()
    walls.bare_login()
    walls.databases()
    walls.as_the_web()
    walls.jobs()
    assert walls.found == []
    assert walls.tried["statements"] > 2500
    result = walls.left_open()
    assert {what for what, how in result.items() if how == "open"} == {
        "SET ROLE as a statement of its own",
        "RESET ROLE as a statement of its own",
        "names of schemas (pg_namespace)",
        "names of roles (pg_roles)",
        "estimates of sizes (pg_class.reltuples)",
        "definitions of views (pg_get_viewdef)",
        "default privileges of one's own (deletion drops them)",
    }


A, B = "t_canarya", "t_canaryb"
BY_STATEMENTS: dict[str, Callable[[Walls], None]] = {
    "view_without_filter": lambda walls: walls.own_view(A, "spaces_own_company"),
    "view_without_fence": lambda walls: walls.own_view(A, "spaces_own_company"),
    "other_schema_granted": lambda walls: walls.relation_of(
        A, B, relation="accounts_user", kind="r"
    ),
    "membership_inherited": lambda walls: walls.bare_login(),
    "set_config_given_back": lambda walls: walls.tricks(A, B),
    "other_database_open": lambda walls: walls.databases(),
    "query_text_given_back": lambda walls: walls.tricks(A, B),
    "large_objects_given_back": lambda walls: walls.databases(),
    "hosts_change_hands": lambda walls: walls.as_the_web(),
    "shared_items_without_treaty": lambda walls: walls.own_view(A, "spaces_open_item"),
}


@pytest.mark.proof
@pytest.mark.parametrize("plant", sorted(planting.STATEMENTS))
def test_a_hole_in_the_database_is_found(walls: Walls, plant: str) -> None:
    drill_processes.as_superuser(planting.STATEMENTS[plant])
    BY_STATEMENTS[plant](walls)
    assert walls.found


@pytest.mark.proof
def test_stacked_statements_and_jobs_in_public_are_found(canary_world: dict[str, Any]) -> None:
    plant = "stacked_statements,job_without_its_space"
    result = drill_processes.run_command("drill_walls", "--short", process="bench", plant=plant)
    assert any("became" in what or "SET ROLE" in what for what in result["found"])
    assert any("in public" in what for what in result["found"])


def test_no_page_shows_a_word_of_another_space(canary_world: dict[str, Any]) -> None:
    with drill_processes.site() as port:
        seen = crawl.Crawler(port, canary_world, seed=7).crawl(SHORT, 4, lambda *_: None)
    assert not seen.breaches
    assert seen.own["member"] > 2
    assert not seen.broken


@pytest.mark.proof
def test_holes_in_the_pages_are_found(
    canary_world: dict[str, Any], subtests: pytest.Subtests
) -> None:
    with drill_processes.site(",".join(BY_CRAWLING)) as port:
        for plant, name in BY_CRAWLING.items():
            routes = [route for route in canary_world["routes"] if route["name"] == name]
            crawler = crawl.Crawler(port, {**canary_world, "routes": routes}, seed=7)
            with subtests.test(plant):
                assert crawler.crawl(200, 4, lambda *_: None).breaches


def book() -> canaries.Book:
    known = {
        "kanarib00000001": "classifieds.Classified.title",
        "kanarib00000002": "spaces.SharedItem.title:things",
        "kanarib00000003": "spaces.SharedItem.title:services",
        "kanarib00000004": "spaces.Company.name",
    }
    return canaries.Book([{"letter": "b", "known": known}])


@pytest.mark.parametrize(
    ("home", "word", "breach"),
    [
        ("b", "kanarib00000001", False),
        ("a", "kanarib00000001", True),
        ("", "kanarib00000001", True),
        ("a", "kanarib00000002", False),
        ("c", "kanarib00000002", True),
        ("", "kanarib00000002", True),
        ("a", "kanarib00000003", True),
        ("a", "kanarib00000004", True),
    ],
)
def test_a_canary_is_shown_only_where_it_lives_or_a_treaty_opens_it(
    home: str, word: str, *, breach: bool
) -> None:
    person = canaries.Person("member", home, "host")
    found = book().found_in(f"<b>{word.upper()}</b>")
    assert bool(book().breaches(found, person)) is breach


def test_the_entry_of_a_space_names_its_companies_to_strangers() -> None:
    stranger = canaries.Person("stranger", "", "canary-b", with_key_of="b")
    assert not book().breaches({"kanarib00000004"}, stranger)
    assert book().breaches({"kanarib00000004"}, dataclasses.replace(stranger, with_key_of="a"))


def test_the_same_seed_asks_the_same_things() -> None:
    result: dict[str, Any] = {
        "spaces": [
            {
                "letter": letter,
                "slug": f"canary-{letter}",
                "known": {},
                "sessions": {"member": "m", "administrator": "a"},
                "values": {"reference": [f"{letter}1", f"{letter}2"], "token": ["t"]},
            }
            for letter in "ab"
        ],
        "public": {"merchant": "x"},
        "routes": [{"host": "space", "path": "/classifieds/<reference>/", "name": "detail"}],
    }
    tries = [list(crawl.Crawler(1, result, seed=seed).tries(200)) for seed in (1, 1, 2)]
    assert tries[0] == tries[1]
    assert tries[0] != tries[2]
