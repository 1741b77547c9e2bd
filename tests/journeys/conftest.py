"""Windows for the people of a journey."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from infra.local.pytest_plugin import LONG
from tests.journeys import space
from tests.journeys.village import Village
from tests.journeys.visitor import Visitor

CHANGES_THE_CLOCK = "test_main_job.py"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let weeks pass last of what takes long: the simulator's clock never goes back."""
    items.sort(
        key=lambda item: (not item.nodeid.startswith(LONG), item.path.name == CHANGES_THE_CLOCK)
    )


@pytest.fixture
def visitor(browser: Browser, whole_troovon: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    """Open a window for somebody; all are closed at the end."""
    opened: list[Visitor] = []

    def arrive(**wishes: Any) -> Visitor:
        opened.append(Visitor(browser, whole_troovon, **wishes))
        return opened[-1]

    yield arrive
    for one in opened:
        one.leave()


@pytest.fixture(scope="module")
def village(browser: Browser, whole_troovon: dict[str, Any]) -> Village:
    """Found a space once, for the journeys that need one."""
    return Village(browser, whole_troovon)


@pytest.fixture
def member(visitor: Callable[..., Visitor], village: Village) -> Visitor:
    """Somebody of the village who has signed in."""
    person = visitor()
    space.sign_in(person, village.slug, village.employee)
    return person
