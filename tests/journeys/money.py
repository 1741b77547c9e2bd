"""Acts of a merchant and a council, in French: a shop, a placement, its payment, the share."""

import datetime as dt
import sys
import time
from zoneinfo import ZoneInfo

from infra.demo.seed.mandates import BLANK
from infra.local.authenticator import Authenticator
from infra.local.processes import ROOT
from infra.screenshots.running_demo import environment
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import run_program
from tests.journeys import factor
from tests.journeys.space import LATITUDE, LONGITUDE, PASSWORD
from tests.journeys.visitor import Visitor, photo

AFTER_THE_HOLD = dt.timedelta(days=40)
LAST_SECONDS = 120
SIREN = "820114569"
GOOD_CARD, REFUSED_CARD = "4242424242424242", "4000000000000002"


def open_desk(merchant: Visitor, email: str) -> None:
    """Sign up and confirm the address."""
    merchant.open(f"{merchant.stack['public']}/desk/signup/").stop()
    merchant.fill(name="Élodie Cazal", email=email, password=PASSWORD)
    merchant.press("Ouvrir mon bureau").stop()
    merchant.open(merchant.mailed(email, "/desk/signup/")).stop()
    merchant.press("Ouvrir mon bureau").see("Décrivez votre commerce").stop()


def publish_shop(merchant: Visitor, name: str, *, siren: str = SIREN) -> None:
    """Describe the shop once, for every space around it."""
    merchant.page.locator('main [name="picture"]').first.set_input_files([photo()])
    merchant.fill(
        name=name,
        category="bakery",
        street="4 rue des Bateliers",
        postcode="37990",
        city="Saint-Avel-sur-Loge",
        latitude=LATITUDE,
        longitude=LONGITUDE,
        hours="tous les jours 7h–19h",
        siren=siren,
    )
    merchant.press("Publier la page").see(name).stop()


def draw_up(merchant: Visitor, *, headline: str, slug: str) -> None:
    """Choose a space, both slots and a week from today; see the price before anything is kept."""
    today = today_in_paris()
    merchant.open("/desk/campaigns/new/").stop()
    merchant.fill(
        spaces=slug,
        slots=["home_feed", "neighbourhood"],
        starts_on=today.isoformat(),
        ends_on=(today + dt.timedelta(days=6)).isoformat(),
        headline=headline,
        text="Sandwich, dessert, boisson.",
        offer="8,90 €",
    )


def today_in_paris() -> dt.date:
    """Return the day in Paris; in the last minutes before midnight, wait for the next day."""
    now = dt.datetime.now(ZoneInfo("Europe/Paris"))
    soon = now + dt.timedelta(seconds=LAST_SECONDS)
    if soon.date() != now.date():
        time.sleep(LAST_SECONDS)
    return soon.date()


def go_to_payment(merchant: Visitor) -> None:
    """Keep the campaign, and open Stripe's page for it."""
    merchant.press("Continuer vers le paiement").see("Ce que vous payez").stop()
    merchant.press("Payer").see("La page de paiement est prête").stop()
    merchant.follow("Continuer sur la page de Stripe").stop()
    assert merchant.page.url.startswith(merchant.stack["stripe"]["api_base"])


def pay(merchant: Visitor) -> None:
    """Pay with a refused card, then a good card: paid only after Stripe's message is checked."""
    merchant.fill(card=REFUSED_CARD).press("Payer").see("Le paiement a été refusé").stop()
    merchant.fill(card=GOOD_CARD)
    merchant.press("Payer").see("C’est payé").stop()
    assert merchant.page.url.startswith(merchant.stack["public"])


def name_treasurer(hr: Visitor, person: str) -> None:
    """Let a colleague look after the council's money."""
    hr.open("/admin/people/").stop().follow(person).stop()
    hr.fill(role="treasurer").press("Donner ce rôle").see("Trésorerie du CSE").stop()


def submit_minutes(treasurer: Visitor, *, secretary: str = "") -> None:
    """Name a secretary, unless there is one, and submit the minutes of the election."""
    if secretary:
        treasurer.open("/council/people/").stop()
        treasurer.fill(email=secretary, role="secretary").press("Donner ce rôle")
        treasurer.see("secrétariat du CSE").stop()
    today = dt.datetime.now(dt.UTC).date()
    treasurer.open("/council/mandate/").stop()
    treasurer.fill(
        elected_on=f"{today - dt.timedelta(days=30):%Y-%m-%d}",
        ends_on=f"{today + dt.timedelta(days=1400):%Y-%m-%d}",
    )
    treasurer.page.locator('main [name="paper"]').first.set_input_files(
        {"name": "pv.pdf", "mimeType": "application/pdf", "buffer": BLANK}
    )
    treasurer.press("Déposer").see("À confirmer").stop()


def confirm_election(treasurer: Visitor, *, secretary: str, slug: str) -> None:
    """Submit the minutes of the election, and have an operator confirm them."""
    submit_minutes(treasurer, secretary=secretary)
    confirmed = run_program(
        [sys.executable, ROOT / "manage.py", "confirm_councils", slug],
        env=environment(treasurer.stack["pids"]["founder"]),
    )
    assert confirmed.returncode == 0, confirmed.stderr[-2000:]
    treasurer.page.reload()
    treasurer.see("Confirmé").stop()


def approve_all(visitor: Visitor) -> None:
    """Have an operator approve the shops and ads that wait."""
    approved = run_program(
        [sys.executable, ROOT / "manage.py", "approve_all"],
        env=environment(visitor.stack["pids"]["founder"]),
    )
    assert approved.returncode == 0, approved.stderr[-2000:]


def sign_terms(treasurer: Visitor, name: str) -> Authenticator:
    """Accept the terms that the council was offered, once there is a second factor."""
    treasurer.open("/council/terms/").stop()
    treasurer.fill(read="on", name=name).press("Signer les conditions").see(
        "C’est bien vous"
    ).stop()
    app = factor.add(treasurer, "/council/terms/")
    treasurer.fill(read="on", name=name).press("Signer les conditions").see("En vigueur").stop()
    return app


def open_account(treasurer: Visitor, email: str) -> None:
    """Open the council's account, and answer Stripe's questions on its own page.

    The pages between redirect by themselves: a reload interrupts the step they have begun.
    """
    treasurer.open("/council/account/").stop()
    treasurer.fill(contact_email=email, siren="732829320").press("Ouvrir le compte")
    treasurer.see("Compléter le compte").stop().press("Compléter le compte")
    treasurer.see("Ce lien sert une seule fois").stop()
    treasurer.follow("Aller chez Stripe").stop()
    treasurer.press("Terminer et revenir au site").see("Compte ouvert et actif").stop()


def let_the_hold_pass(visitor: Visitor) -> None:
    """Let the clock of the house and of the simulator go on until the shares are due."""
    moment = dt.datetime.now(dt.UTC) + AFTER_THE_HOLD
    # No process holds every secret: the owner's login, the mail server and Stripe's key are three.
    secrets: dict[str, str] = {}
    for process in ("founder", "worker", "caller"):
        secrets |= environment(visitor.stack["pids"][process])
    ticked = run_program(
        [sys.executable, ROOT / "manage.py", "tick", "--at", moment.isoformat()],
        env=secrets | {"TROOVON_PROCESS": "demo"},
    )
    assert ticked.returncode == 0, ticked.stderr[-2000:]


def until(visitor: Visitor, words: str) -> None:
    """Reload the page until the words appear."""
    end = time.monotonic() + PATIENCE
    while not visitor.shown(words).count():
        assert time.monotonic() < end, f"{words!r} never came to {visitor.page.url}"
        time.sleep(0.3)
        visitor.page.reload()
