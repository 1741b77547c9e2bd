"""Journeys in an existing space: without a script, without a mouse, in English.

They share a file, so that a single worker founds the space, in browsers that run no script.
"""

from collections.abc import Callable

import pytest

from tests.journeys import money, space
from tests.journeys.english import all_english
from tests.journeys.keys import tab_to
from tests.journeys.village import Village
from tests.journeys.visitor import PHONE, Visitor

pytestmark = pytest.mark.proof  # eight walks through the whole demo
THING = "Perceuse-visseuse 18 V"

type Arrive = Callable[..., Visitor]


def test_colleagues_post_search_write_and_close_without_script(
    visitor: Arrive, village: Village
) -> None:
    author, reader = (visitor(script=False, size=PHONE) for _ in range(2))
    space.sign_in(author, village.slug, village.employee)
    space.sign_in(reader, village.slug, village.hr)

    thing = space.post(author, title=THING, price="40")
    reader.open("/classifieds/")
    space.search(reader, "perceuze viseuse")
    reader.follow(THING).see("40 €").stop()
    space.write(reader, "Je peux passer à midi ?", to="Karim")
    space.answer(author, "Oui, hall B.", person="Solène")
    space.close(author, thing)


def test_merchant_reaches_stripes_page_without_script(visitor: Arrive, village: Village) -> None:
    merchant = visitor(script=False, size=PHONE)
    money.open_desk(merchant, f"bonjour@zeste-{village.domain}")
    money.publish_shop(merchant, "Ti’Zeste")
    money.approve_all(merchant)
    money.draw_up(merchant, headline="Menu du jour", slug=village.slug)
    merchant.press("Calculer le prix").see("À payer", "Menu du jour").stop()
    money.draw_up(merchant, headline="Menu du jour", slug=village.slug)
    money.go_to_payment(merchant)


def test_posting_takes_no_mouse(member: Visitor) -> None:
    keys = member.page.keyboard
    member.open("/")

    tab_to(member, words="Aller au contenu")
    tab_to(member, words="Publier")
    keys.press("Enter")
    member.page.wait_for_url("**/publish/")
    tab_to(member, name="words")
    keys.type("Vends boutures")
    member.see("Continuer")
    tab_to(member, words="Continuer")
    keys.press("Enter")
    member.page.wait_for_url("**/classifieds/new/**")
    tab_to(member, name="kind")
    keys.press("ArrowRight")
    tab_to(member, name="title")
    keys.type("Boutures de pothos")
    tab_to(member, words="Publier l’annonce")
    keys.press("Enter")

    member.see("Boutures de pothos", "Don").stop()


def test_list_of_staff_brings_a_colleague_in_without_script(
    visitor: Arrive, village: Village
) -> None:
    hr, guest = (visitor(script=False, size=PHONE) for _ in range(2))
    email = f"awa@{village.domain}"
    lines = [f"{email};Awa;Sissoko;Quai", ";Ronan;Quéméré;Quai", f"{village.employee};K;L;Forge"]
    content = "\r\n".join(["Courriel;Prénom;Nom;Société", *lines]).encode("cp1252")
    space.sign_in(hr, village.slug, village.hr)
    hr.open("/admin/people/").follow("Liste du personnel").stop()
    hr.page.set_input_files(
        "main [name=file]", {"name": "paie.csv", "mimeType": "text/csv", "buffer": content}
    )
    hr.press("Voir l’aperçu").see("Awa Sissoko", "Pas d’adresse e-mail").stop()
    hr.press("Confirmer l’import").see("1 invitation part").stop()

    guest.open(guest.mailed(email, "/join/confirm/")).see("vous invite").stop()
    guest.press("Entrer comme Awa").stop()
    hr.open("/admin/people/import/").see("Entrées").stop()
    assert not hr.shown(email).count()


def test_mistake_moves_the_focus_to_its_field(member: Visitor) -> None:
    member.open("/classifieds/new/")
    tab_to(member, words="Publier l’annonce")
    member.page.keyboard.press("Enter")

    member.see("Donnez un titre à votre annonce")
    assert member.page.title().startswith("Erreur")
    tab_to(member, words="Donnez un titre à votre annonce")
    member.page.keyboard.press("Enter")
    member.page.keyboard.type("Bocaux en verre")
    assert member.page.locator("main [name=title]").input_value() == "Bocaux en verre"
    member.stop()


def test_colleague_joins_posts_and_browses_in_english(visitor: Arrive, village: Village) -> None:
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


def test_merchant_reads_the_site_and_signs_up_in_english(visitor: Arrive) -> None:
    guest = visitor(lang="en")
    for path in ("/", "/en/merchants/", "/en/councils/", "/en/pricing/", "/start/", "/find/"):
        all_english(guest.open(f"{guest.stack['public']}{path}"))
    all_english(guest.open("/desk/signup/"))
    guest.fill(name="Kate Moss", email="not an address", password="short")
    all_english(guest.press("Open my desk"))


def test_colleagues_pass_a_deal_on_and_say_whether_it_works(
    visitor: Arrive, village: Village
) -> None:
    author, reader = (visitor(size=PHONE) for _ in range(2))
    space.sign_in(author, village.slug, village.employee)
    space.sign_in(reader, village.slug, village.hr)

    author.open("/deals/").see("Le premier bon plan est pour vous").stop()
    author.follow("Partager un bon plan").stop()
    author.fill(title="Crêperie du quai", link="http://creperie.example").press("Partager")
    author.see("commence par https").stop()
    author.fill(code="QUAI10", link="https://creperie.example").press("Partager")
    author.see("Ouvrir creperie.example", "jusqu’au").stop()
    reader.open("/deals/").follow("Crêperie du quai").stop()
    reader.press("Ne marche plus").see("1 dit non").stop()
    reader.press("Ça marche").see("1 collègue dit oui").press("Dire merci").see("1 merci").stop()
    author.open(author.page.url).see("1 merci").press("C’est terminé").see("Terminé").stop()


def test_drill_is_found_booked_handed_over_and_returned(visitor: Arrive, village: Village) -> None:
    """The borrower's phone takes at most twelve taps; the lender's scans the codes it shows."""
    lender, borrower = (visitor(size=PHONE) for _ in range(2))
    space.sign_in(lender, village.slug, village.employee)
    space.sign_in(borrower, village.slug, village.hr)
    lender.open("/lending/new/").stop()
    lender.fill(title="Perceuse à percussion", lends_at_once="on").press(
        "Proposer cet objet"
    ).stop()

    taps = Taps(borrower)
    borrower.open("/").stop()
    borrower.page.get_by_role("link", name="Découvrir").locator("visible=true").first.click()
    taps.count += 1
    borrower.page.locator("main [name=q]").fill("perceuze percusion")
    taps.key("Enter").see("Perceuse à percussion")
    taps.follow("Perceuse à percussion").stop()
    taps.press("Emprunter à la pause").see("Réservé").stop()
    loan = borrower.page.url
    taps.follow("Faire la remise").see("Montrez ce code").stop()
    space.scan(lender, space.code_on(borrower), confirming="Oui, c’est remis")
    borrower.open(loan).see("À rendre").stop()
    taps.follow("Faire le retour").see("Montrez ce code").stop()
    space.scan(lender, space.code_on(borrower), confirming="Oui, c’est rendu")
    borrower.open(loan)
    taps.press("Dire merci").see("Votre merci est transmis").stop()

    assert taps.count <= 12


class Taps:
    """A person's phone, with a count of the taps."""

    def __init__(self, person: Visitor) -> None:
        self.person, self.count = person, 0

    def follow(self, words: str) -> Visitor:
        """Tap a link."""
        self.count += 1
        return self.person.follow(words)

    def press(self, words: str) -> Visitor:
        """Tap a button."""
        self.count += 1
        return self.person.press(words)

    def key(self, name: str) -> Visitor:
        """Tap a keyboard key that submits the typed text."""
        self.count += 1
        self.person.page.keyboard.press(name)
        return self.person
