"""Text that a member typed outlives a session, a tunnel and "back"; loans are there offline."""

import re
from collections.abc import Callable

import pytest

from tests.journeys import space
from tests.journeys.village import Village
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.proof  # walks through the whole demo

type Arrive = Callable[..., Visitor]
SESSION = re.compile("session")
WORDS = "Je passe à midi, avec la clé de 13."
DRAFT_COUNT = "Object.keys(localStorage).filter((key) => key.startsWith('typed ')).length"
READY = "navigator.serviceWorker.ready.then(() => true)"
HAS_CODE_OFFLINE = """async () => {
    const mine = await caches.open("mine");
    return (await mine.keys()).some(({ url }) => url.endsWith("/handover.svg"));
}"""


def thread(visitor: Arrive, village: Village, title: str) -> Visitor:
    """Return a reader whose conversation about a new classified is open."""
    author, reader = visitor(), visitor(size=PHONE)
    space.sign_in(author, village.slug, village.employee)
    space.sign_in(reader, village.slug, village.hr)
    reader.open(space.post(author, title=title, price="40"))
    space.write(reader, "Toujours là ?", to="Karim")
    return reader


def test_message_survives_a_session_that_ended(visitor: Arrive, village: Village) -> None:
    reader = thread(visitor, village, "Pompe à pied")
    address = reader.page.url
    reader.page.locator("main textarea[name=text]").fill(WORDS)
    reader.window.clear_cookies(name=SESSION)

    reader.press("Envoyer").see("Votre session s’est terminée")
    reader.fill(email=village.hr, password=space.PASSWORD).press("Me connecter")

    reader.page.wait_for_url(f"{address.partition('#')[0]}**")
    field = reader.page.locator("main textarea[name=text]")
    assert field.input_value() == WORDS
    reader.press("Envoyer").see(WORDS)
    assert field.input_value() == ""
    assert reader.page.evaluate(DRAFT_COUNT) == 0
    reader.page.reload()
    assert field.input_value() == ""


def test_message_survives_a_tunnel_and_leaves_after_it(visitor: Arrive, village: Village) -> None:
    reader = thread(visitor, village, "Porte-bagages")
    field = reader.page.locator("main textarea[name=text]")
    field.fill(WORDS)
    reader.window.set_offline(True)
    reader.page.locator("main").get_by_role("button", name="Envoyer").click()
    reader.page.get_by_text("rien n’est parti").wait_for()
    assert field.input_value() == WORDS
    reader.window.set_offline(False)

    other = reader.window.new_page()
    other.goto(reader.page.url)
    assert other.locator("main textarea[name=text]").input_value() == WORDS
    other.close()
    reader.press("Envoyer").see(WORDS)
    assert reader.page.evaluate(DRAFT_COUNT) == 0


def test_long_form_is_found_again_after_going_elsewhere(member: Visitor) -> None:
    member.open("/gatherings/new/")
    member.fill(title="Foulée du midi", description="Cinq kilomètres, sans chrono.")
    member.open("/messages/")
    member.page.go_back()
    title = member.page.locator("main [name=title]")
    assert title.input_value() == "Foulée du midi"
    member.open("/gatherings/new/").see("Voici ce que vous aviez écrit").stop()
    assert title.input_value() == "Foulée du midi"
    member.press("Effacer")
    assert title.input_value() == ""
    member.open("/gatherings/new/")
    assert title.input_value() == ""


def test_refused_form_keeps_its_text_and_signing_out_deletes_it(member: Visitor) -> None:
    member.open("/gatherings/new/").fill(description="Sans titre encore.")
    member.page.locator("main form.stack button.go").last.click()
    member.page.locator(".err").first.wait_for()
    member.open("/gatherings/new/")
    assert member.page.locator("main [name=description]").input_value() == "Sans titre encore."
    member.open("/me/")
    member.page.get_by_role("button", name="Me déconnecter").first.click()
    member.see("Entrer dans")
    assert member.page.evaluate(DRAFT_COUNT) == 0


def test_other_member_of_the_same_browser_finds_nothing(visitor: Arrive, village: Village) -> None:
    person = visitor()
    space.sign_in(person, village.slug, village.employee)
    person.open("/gatherings/new/").fill(title="Pour moi seul")
    person.window.clear_cookies(name=SESSION)
    space.sign_in(person, village.slug, village.hr)
    person.open("/gatherings/new/")
    assert person.page.locator("main [name=title]").input_value() == ""
    assert person.page.evaluate(DRAFT_COUNT) == 0


def test_loans_and_their_codes_are_shown_without_network(visitor: Arrive, village: Village) -> None:
    lender, borrower = (visitor(size=PHONE) for _ in range(2))
    space.sign_in(lender, village.slug, village.employee)
    space.sign_in(borrower, village.slug, village.hr)
    lender.open("/lending/new/")
    lender.fill(title="Scie sauteuse", lends_at_once="on").press("Proposer cet objet")
    thing = lender.page.url
    assert borrower.page.evaluate(READY)
    borrower.open(thing).press("Emprunter à la pause").see("Réservé")
    loan = borrower.page.url
    borrower.open(loan)
    borrower.page.wait_for_function(f"({HAS_CODE_OFFLINE})()")

    borrower.window.set_offline(True)
    borrower.open("/messages/").see("Pas de réseau pour l’instant", "Scie sauteuse")
    borrower.follow("La remise : Scie sauteuse").see("Montrez ce code", "dernière visite")
    drawn = borrower.page.locator("main img.qr").evaluate("(image) => image.naturalWidth")
    assert drawn > 0
    borrower.window.set_offline(False)

    borrower.open("/me/")
    borrower.page.get_by_role("button", name="Me déconnecter").first.click()
    borrower.see("Entrer dans")
    assert not borrower.page.evaluate("caches.has('mine')")
