"""A gathering on a phone: announced, joined, waited for, left; with no complaint on the way."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from saas.accounts.models import User
from tenants.community.gatherings import actions
from tenants.community.gatherings.models import Gathering, Participation
from tests.fixtures.people import make_user
from tests.tenants.community.gatherings.making import states_of

PHONE = {"width": 360, "height": 740}


def opened(window_of: Callable[..., Page], person: User, complaints: list[str]) -> Page:
    page = window_of(person, **PHONE)
    page.on(
        "console",
        # A browser logs each 422 response as an error, also for a form returned with errors.
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "422" not in message.text
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def check_page(page: Page, complaints: list[str]) -> None:
    expect(page.locator("h1")).to_have_count(1)
    complaints += [one["id"] for one in Axe().run(page).response["violations"]]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert complaints == [], page.url


@pytest.mark.proof  # walks far
def test_gathering_is_announced_joined_and_left_on_a_phone(
    window_of: Callable[..., Page], owner: User, teammate: User
) -> None:
    complaints: list[str] = []
    hers = opened(window_of, owner, complaints)
    hers.goto("/gatherings/new/")
    check_page(hers, complaints)
    hers.get_by_label("Titre").fill("Pétanque " + "très" * 12 + " 🎾 كرة")
    hers.get_by_label("Places").fill("2")
    hers.get_by_role("button", name="Annoncer l’activité").click()
    expect(hers.locator("h1")).to_contain_text("Pétanque")
    check_page(hers, complaints)
    gathering = Gathering.objects.get()

    his = opened(window_of, teammate, complaints)
    his.goto("/gatherings/")
    check_page(his, complaints)
    his.get_by_role("link", name="Pétanque").click()
    his.get_by_role("button", name="Je participe").first.click()
    expect(his.get_by_text("Vous participez.").first).to_be_visible()
    check_page(his, complaints)
    third = make_user("Ines")
    joined = actions.join(gathering=gathering, by=third, at=gathering.created_at)
    assert joined.state == Participation.State.WAITING
    his.get_by_role("button", name="Je ne viens plus").click()
    expect(his.get_by_role("button", name="M’inscrire en liste d’attente").last).to_be_visible()
    check_page(his, complaints)

    assert states_of(gathering) == {"Nadia": "coming", "Ines": "coming"}
