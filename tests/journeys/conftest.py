"""Windows for the people of a journey."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.journeys import space
from tests.journeys.village import Village
from tests.journeys.visitor import Visitor

LAST_LINES = 40


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a failure the last log lines of each demo process: its folder is deleted."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("whole_troovon")
    if report.failed and call.when == "call" and stack:
        for log in sorted(Path(stack["data_dir"]).glob("logs/*.log")):
            last = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
            report.sections.append((log.name, "\n".join(last)))
    return report


@pytest.fixture
def visitor(browser: Browser, whole_troovon: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    """Yield a function that opens a window for a visitor; close all windows at the end."""
    opened: list[Visitor] = []

    def arrive(**wishes: Any) -> Visitor:
        opened.append(Visitor(browser, whole_troovon, **wishes))
        return opened[-1]

    yield arrive
    for one in opened:
        one.leave()


@pytest.fixture(scope="module")
def village(browser: Browser, whole_troovon: dict[str, Any]) -> Village:
    """Found a space a single time, for the journeys that need it."""
    return Village(browser, whole_troovon)


@pytest.fixture
def member(visitor: Callable[..., Visitor], village: Village) -> Visitor:
    """Return a visitor signed in as a member of the village."""
    person = visitor()
    space.sign_in(person, village.slug, village.employee)
    return person
