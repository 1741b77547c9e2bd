"""Whether a page speaks English all through."""

import functools

from babel.messages.pofile import read_po

from infra.local.processes import ROOT
from tests.journeys.visitor import Visitor

CATALOGUE = ROOT / "saas" / "locale" / "en" / "LC_MESSAGES" / "django.po"


@functools.cache
def french() -> frozenset[str]:
    """Return the French sentences of pages with a different English translation."""
    with CATALOGUE.open("rb") as file:
        words = read_po(file)
    return frozenset(
        collapsed(one.id)
        for one in words
        if isinstance(one.id, str) and one.id and one.string not in {"", one.id}
    )


def collapsed(text: str) -> str:
    return " ".join(text.split())


def all_english(visitor: Visitor) -> None:
    """Look around, and read every line of the page."""
    visitor.stop()
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    lines = {collapsed(line) for line in visitor.page.locator("body").inner_text().splitlines()}
    assert sorted(lines & french()) == [], visitor.page.url
