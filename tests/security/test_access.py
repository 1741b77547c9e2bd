import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from infra.drills.inside.access import faults, people, touring
from infra.drills.inside.access.touring import Answer, Sample, Tour, Try
from saas.accounts.access import METHODS, OPS, PUBLIC, SPACE, Row
from saas.accounts.models import User
from saas.commands.access import checks, routes
from saas.commands.access.table import TABLE
from tests.fixtures.people import SpaceClient
from tests.fixtures.services import Simulator

# Above all that a walk asks for in a minute.
MOST_REQUESTS = 100_000
HOSTS = {
    SPACE: f"{people.HOME}.{settings.BASE_HOST}",
    PUBLIC: settings.BASE_HOST,
    OPS: f"ops.{settings.BASE_HOST}",
}


class Browsers:
    """A browser for each person on each host, with their cookie where it does not belong too."""

    def __init__(self, keys: dict[str, str]) -> None:
        self.keys = keys

    def ask(self, attempt: Try) -> Answer:
        client = SpaceClient(HOSTS[attempt.host], raise_request_exception=False)
        if attempt.who in self.keys:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.keys[attempt.who]
        program = attempt.path.startswith("/api/")
        response = client.generic(
            attempt.method,
            attempt.path,
            "{}" if program else "tried=1",
            content_type="application/json" if program else "application/x-www-form-urlencoded",
        )
        return Answer(response.status_code, "" if response.streaming else response.text)

    def undone(self, attempt: Try) -> Answer:
        point = transaction.savepoint_create()
        try:
            return self.ask(attempt)
        finally:
            transaction.savepoint_rollback(point)


_WRITTEN = """
    SELECT relnamespace::regnamespace::text, oid, written FROM pg_class CROSS JOIN LATERAL (
        SELECT pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
            + pg_stat_get_xact_tuples_deleted(oid) AS written
    ) AS so_far
    WHERE relkind = 'r' AND relname <> 'django_session' AND written > 0
"""


def written() -> set[tuple[str, int, int]]:
    """Return the number of written rows of each table in this transaction, rollbacks included."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return set(cursor.fetchall())


def watched(act: Callable[[], None]) -> str:
    """Run an action; return the tables with changed rows. Only written tables are read."""
    before, point = written(), transaction.savepoint_create()
    act()
    schemas = {name for name, _table, _rows in written() - before}
    if not schemas:
        transaction.savepoint_commit(point)
        return ""
    now = touring.state(schemas)
    transaction.savepoint_rollback(point)
    return touring.changed(touring.state(schemas), now)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Let nothing be logged: ten thousand refusals are no news."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def tour(
    agathe: int,
    db: None,
    stripe_simulator: Simulator,
    quiet: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Tour:
    """Return a tour with every kind of person, and objects of each; no program is as fast."""
    monkeypatch.setattr(settings, "API_READS_A_MINUTE", MOST_REQUESTS)
    monkeypatch.setattr(settings, "API_WRITES_A_MINUTE", MOST_REQUESTS)
    operator = User.objects.get(pk=agathe)
    world = people.populate(operator=operator, at=timezone.now())
    browsers = Browsers(people.sessions_of(world))
    return Tour(world, ask=browsers.ask, undone=browsers.undone, watched=watched)


@pytest.mark.parametrize("host", TABLE)
def test_each_route_gives_each_answer_that_the_table_names(tour: Tour, host: str) -> None:
    for row in TABLE[host]:
        tour.visit(host, row, Sample.ONE_FOR_EACH_ANSWER)

    assert tour.found == []
    assert tour.tried > len(TABLE[host]) * 1.5


@pytest.mark.proof
@pytest.mark.parametrize(("host", "tries"), [(SPACE, 5), (PUBLIC, 1), (OPS, 2)])
def test_each_person_gets_the_answer_of_their_role(tour: Tour, host: str, tries: int) -> None:
    for row in TABLE[host]:
        tour.visit(host, row, Sample.BY_ROLES)

    assert tour.found == []
    assert tour.tried > len(TABLE[host]) * tries


@pytest.mark.nightly  # ten thousand requests
@pytest.mark.parametrize("host", TABLE)
def test_routes_answer_all_as_the_table_says(tour: Tour, host: str) -> None:
    for row in TABLE[host]:
        tour.visit(host, row, Sample.BY_TURNS)

    assert tour.found == []
    assert tour.tried > len(TABLE[host]) * (len(METHODS) - 1)


@pytest.mark.parametrize("host", routes.CONFS)
def test_the_table_names_every_address_and_none_that_is_gone(host: str) -> None:
    assert {row.route for row in TABLE[host]} == {route for route, _view in routes.routes(host)}


def test_an_address_without_a_rule_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple(row for row in TABLE[SPACE] if row.route != "members:people")
    monkeypatch.setitem(TABLE, SPACE, rows)

    (error,) = checks.every_address_has_a_rule(None)
    assert (error.id, error.msg) == ("access.E001", "members:people has no rule.")


def test_an_open_view_with_a_closed_row_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = tuple(row._replace(opened=row.route == "members:people") for row in TABLE[SPACE])
    monkeypatch.setitem(TABLE, SPACE, rows)

    errors = {error.msg for error in checks.every_address_has_a_rule(None)}

    assert "members:people is closed, and its rule says the contrary." in errors
    assert "members:join is open, and its rule says the contrary." in errors


@pytest.mark.proof
def test_a_wrong_status_and_a_refusal_with_an_effect_are_found(tour: Tour) -> None:
    row = next(row for row in TABLE[SPACE] if row.route == "members:people")
    answers: dict[str, Any] = {**row.answers, "GET": "out:302 in:200"}

    tour.visit(SPACE, Row(row.route, row.args, answers, opened=False))

    assert f"GET /admin/people/ on {SPACE} by member: 403 instead of 200" in tour.found
    assert not any("by admin:" in one for one in tour.found)
    assert not any("changed" in one for one in tour.found)

    faults.build_in_instead("refusal_with_an_effect")
    try:
        tour.visit(SPACE, next(row for row in TABLE[SPACE] if row.route == "members:invitations"))
    finally:
        faults.build_in_instead("")

    assert "changed something in north.members_invitation" in tour.found[-1]
