"""An English-speaking colleague and an English-speaking merchant meet no French."""

import functools
from collections.abc import Callable

from babel.messages.pofile import read_po

from infra.local.processes import ROOT
from tests.journeys import space
from tests.journeys.village import Village
from tests.journeys.visitor import PHONE, Visitor

CATALOGUE = ROOT / "saas" / "locale" / "en" / "LC_MESSAGES" / "django.po"


@functools.cache
def french() -> frozenset[str]:
    """What pages say in French, where English says something else."""
    with CATALOGUE.open("rb") as file:
        words = read_po(file)
    return frozenset(
        plain(one.id)
        for one in words
        if isinstance(one.id, str) and one.id and one.string not in {"", one.id}
    )


def plain(text: str) -> str:
    return " ".join(text.split())


def all_english(visitor: Visitor) -> None:
    """Look around, and read every line of the page."""
    visitor.stop()
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    lines = {plain(line) for line in visitor.page.locator("body").inner_text().splitlines()}
    assert sorted(lines & french()) == [], visitor.page.url


def test_a_colleague_joins_posts_and_looks_around(
    visitor: Callable[..., Visitor], village: Village
) -> None:
    guest, email = visitor(lang="en", size=PHONE), f"kate@{village.domain}"
    all_english(guest.open(space.address_of(guest, village.slug, "/join/")))
    guest.fill(first_name="Kate", last_name="Moss", email=email)
    guest.page.locator("main select[name=company_id]").select_option(index=1)
    all_english(guest.press("Join").see("Check your e-mail"))
    all_english(guest.open(guest.mailed(email, "/join/confirm/")))
    guest.fill(password=space.PASSWORD).press("Enter as Kate")
    assert "Kate" in guest.page.locator("h1").inner_text()
    all_english(guest)
    guest.open("/classifieds/new/").fill(title="").press("Post the listing")
    all_english(guest.see("Give your listing a title"))
    guest.fill(kind="give", title="Folding bike").press("Post the listing")
    all_english(guest.see("Folding bike", "Free"))
    for path in ("/classifieds/mine/", "/messages/", "/neighbourhood/", "/council/", "/me/"):
        all_english(guest.open(path))


def test_a_merchant_reads_the_site_and_signs_up(visitor: Callable[..., Visitor]) -> None:
    guest = visitor(lang="en")
    for path in ("/", "/en/merchants/", "/en/councils/", "/en/pricing/", "/start/", "/find/"):
        all_english(guest.open(f"{guest.stack['public']}{path}"))
    all_english(guest.open("/desk/signup/"))
    guest.fill(first_name="Kate", last_name="Moss", email="not an address", password="short")
    all_english(guest.press("Open my desk"))
