"""No page is missing from the walk, and nothing in its table is stale."""

from http import HTTPStatus

import pytest

from infra.screenshots import pageless, walk
from infra.screenshots.addresses import never_opened
from saas.accounts.access import SPACE
from saas.accounts.models import User
from saas.commands.access import routes
from saas.commands.access.table import TABLE
from tests.fixtures.people import Browse
from tests.journeys.addresses import HOSTS, patterns


def stops_of(host: str) -> set[str]:
    return {stop.page for stop in walk.STOPS if stop.host == host}


@pytest.mark.parametrize("host", HOSTS)
def test_every_address_is_in_the_walk_or_listed_as_no_page(host: str) -> None:
    missing = patterns(host).keys() - stops_of(host) - pageless.NO_PAGE.keys() - never_opened()

    assert not missing


@pytest.mark.parametrize("host", HOSTS)
def test_the_walk_names_no_page_that_is_gone(host: str) -> None:
    named = {page for page in stops_of(host) if not page.startswith("/")}

    assert named <= patterns(host).keys()


def test_addresses_without_a_page_exist_and_are_not_walked() -> None:
    everywhere = {name for host in HOSTS for name in patterns(host)}

    assert pageless.NO_PAGE.keys() <= everywhere
    assert not pageless.NO_PAGE.keys() & {stop.page for stop in walk.STOPS}
    assert not pageless.NO_PAGE.keys() & never_opened()


def test_pictures_of_two_stops_never_have_the_same_name() -> None:
    named = [(stop.host, stop.page, stop.look) for stop in walk.STOPS]

    assert len(named) == len(set(named))


def test_each_page_is_there_for_a_member_before_anything_is_in_it(
    browse: Browse, owner: User
) -> None:
    client = browse(owner)
    open_to_members = [
        routes.address(SPACE, row, {})
        for row in TABLE[SPACE]
        if not row.args and row.expected(SPACE, "GET")["member"] == HTTPStatus.OK
    ]
    assert len(open_to_members) > 50
    for path in open_to_members:
        answer = client.get(path)
        assert answer.status_code == HTTPStatus.OK, path
        if b"<html" in answer.getvalue():
            assert answer.getvalue().count(b"<h1") == 1, path
