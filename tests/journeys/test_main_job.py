"""From an empty machine to a paid works council: three people with a browser each."""

import secrets
from collections.abc import Callable

import pytest

from tests.journeys import money, space
from tests.journeys.visitor import PHONE, Visitor

# Another name each time: the stack may have been walked through before.
MARK = secrets.token_hex(3)
SLUG = f"forges-{MARK}"
THING = "Vélo pliant révisé"
HEADLINE = "Formule du midi"
# Taps and fields of each walk, with the refusals that are met on the way.
ANY = (1_000, 1_000)
MOST = {"founding": (8, 18), "election": (2, 4), "shop": (3, 17)}


@pytest.mark.usefixtures("whole_troovon")
def test_main_job_leads_from_founding_to_a_paid_council(visitor: Callable[..., Visitor]) -> None:
    hr, employee, merchant = visitor(), visitor(size=PHONE), visitor()

    found(hr)
    hr.counted(most=MOST["founding"])
    space.prove(hr, SLUG)
    space.join(employee, space.invite(hr), first_name="Camille", email=f"camille@{MARK}.example")
    trade(author=employee, reader=hr)
    money.name_treasurer(hr, "Camille Aubry")
    # The role ends every session of before.
    space.sign_in(employee, SLUG, f"camille@{MARK}.example")
    employee.counted(most=ANY)
    money.confirm_election(employee, secretary=f"solene@{SLUG}.example", slug=SLUG)
    employee.counted(most=MOST["election"])
    app = money.sign_terms(employee, "Camille Aubry")
    advertise(merchant, member=employee)
    see_placement(employee)
    money.open_account(employee, f"cse@{SLUG}.example")
    money.let_the_hold_pass(employee)
    space.sign_in(employee, SLUG, f"camille@{MARK}.example", app)
    follow_the_euro(employee)
    space.sign_in(hr, SLUG, f"solene@{SLUG}.example")
    space.move(hr, f"{SLUG}-sud")


def found(hr: Visitor) -> None:
    """A wrong SIREN and a reserved name are refused on the way; the building survives a reload."""
    space.ask_for_space(hr, f"solene@{SLUG}.example")
    hr.fill(name="Les Forges", siren="732829321", head_count="420").press("Continuer")
    hr.see("Ce numéro SIREN comporte une erreur").stop()
    hr.fill(siren="732829320").press("Continuer")
    space.say_where(hr, heads=420)
    hr.fill(slug="admin").see("réservée au fonctionnement de Troovon")
    hr.fill(slug=SLUG).press("Choisir d’abord la couleur").see("Une couleur").stop()
    hr.fill(password=space.PASSWORD).press("Construire mon espace")
    hr.page.reload()
    space.enter_new_space(hr, SLUG)


def trade(*, author: Visitor, reader: Visitor) -> None:
    """A colleague finds the thing although they cannot spell it, writes, and is answered."""
    thing = space.post(author, title=THING, price="180")
    money.until(author, THING)
    reader.open(space.address_of(reader, SLUG))
    space.search(reader, "velo plient")
    reader.follow(THING).see("180 €").stop()
    space.write(reader, "Est-il encore là ?", to="Camille")
    space.answer(author, "Oui, porte Sud à midi.", person="Solène")
    reader.page.reload()
    reader.see("porte Sud à midi").stop()
    space.close(author, thing)


def advertise(merchant: Visitor, *, member: Visitor) -> None:
    """The shop is in the neighbourhood of the space; its placement is paid for by card."""
    money.open_desk(merchant, f"elodie@{MARK}.example")
    money.publish_shop(merchant, "Maison Cazal")
    merchant.counted(most=MOST["shop"])
    money.approve_all(merchant)
    member.open(space.address_of(member, SLUG, "/neighbourhood/"))
    member.see("Maison Cazal", "min").stop()
    money.draw_up(merchant, headline=HEADLINE, slug=SLUG)
    merchant.page.locator("#price").get_by_text(HEADLINE).wait_for()
    merchant.see("48,05 €")
    money.go_to_payment(merchant)
    money.pay(merchant)
    money.approve_all(merchant)


def see_placement(member: Visitor) -> None:
    """Check that the placement is marked, with its payer and the reason for its display."""
    for page in ("/", "/neighbourhood/"):
        member.open(space.address_of(member, SLUG, page)).see("Sponsorisé", HEADLINE).stop()
    member.follow("Pourquoi je la vois").see("Qui paie", "Maison Cazal").stop()


def follow_the_euro(treasurer: Visitor) -> None:
    """Check that the ledger shows the transfer, and its way from the merchant to the council."""
    treasurer.open("/council/ledger/")
    money.until(treasurer, "Reversement")
    treasurer.see("Maison Cazal", "Part gagnée").stop()
    treasurer.follow("Suivre").see("Reversement", HEADLINE, "Maison Cazal").stop()
    treasurer.open("/council/").see("Maison Cazal").stop()
