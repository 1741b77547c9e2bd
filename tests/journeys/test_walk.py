"""No page is missing from the walk, and nothing in its table is stale."""

import pytest

from infra.screenshots import pageless, walk
from infra.screenshots.addresses import never_opened
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
