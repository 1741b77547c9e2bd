"""Acts of people in a space, in French: it is founded, joined, traded in."""

import html
import json
import re
import sys
import time
from pathlib import Path

from infra.local.authenticator import Authenticator
from infra.local.processes import ROOT
from infra.screenshots.running_demo import environment
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import run_program
from tests.journeys import factor
from tests.journeys.visitor import Visitor, photo

PASSWORD = "la loge coule sous le pont"
LATITUDE, LONGITUDE = "47.390000", "0.690000"


def ask_for_space(hr: Visitor, email: str) -> None:
    """Start with a work address, and follow the link in the mail."""
    hr.open(f"{hr.stack['public']}/start/").stop()
    hr.fill(email=email, first_name="Solène", last_name="Maurin").press("Recevoir le lien")
    hr.see("Regardez vos messages", email).stop()
    hr.open(hr.mailed(email, "/start/confirm/")).stop()
    hr.press("Confirmer mon adresse").see("Qui vivra dans l’espace").stop()


def say_where(hr: Visitor, *, heads: int) -> None:
    """Describe the site: its address, its gate, its break."""
    hr.see("Où travaillez-vous").stop()
    hr.fill(
        name="Saint-Avel",
        street="12 rue des Bateliers",
        postcode="37990",
        city="Saint-Avel-sur-Loge",
        head_count=str(heads),
        gate_name="Porte de la Loge",
        latitude=LATITUDE,
        longitude=LONGITUDE,
    )
    hr.press("Continuer").see("Quelle adresse sur le web").stop()


def enter_new_space(hr: Visitor, slug: str) -> None:
    """Wait for the new space; a single click moves to the subdomain and signs in."""
    hr.see("Votre espace est prêt").stop()
    hr.press("Entrer dans mon espace").see("Vous l’administrez").stop()
    assert hr.page.url.startswith(address_of(hr, slug))


def address_of(visitor: Visitor, slug: str, path: str = "/") -> str:
    """The address of a space."""
    scheme, _, host = visitor.stack["public"].partition("://")
    return f"{scheme}://{slug}.{host}{path}"


def prove(hr: Visitor, slug: str) -> None:
    """Copy the text into the DNS of the mail domain, have it looked up, and let members come."""
    hr.open("/admin/space/proof/").see("personne n’a encore vérifié").stop()
    name, value = (hr.page.locator(f"#proof-{what}-1").input_value() for what in ("name", "value"))
    running = environment(hr.stack["pids"]["web"])
    path = Path(running["DATA_DIR"]) / "dns.json"
    records = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(records | {name: [value]}))
    hr.press("Vérifier maintenant").stop()
    end = time.monotonic() + PATIENCE
    while not hr.shown("prouve votre espace").count():
        assert time.monotonic() < end, "the space was never proven"
        time.sleep(0.3)
        hr.page.reload()
    settled = run_program([sys.executable, ROOT / "manage.py", "settle_members", slug], env=running)
    assert settled.returncode == 0, settled.stderr[-2000:]


def invite(hr: Visitor) -> str:
    """Make an invitation and return the link that HR copies."""
    hr.open("/admin/invitations/").stop().fill(uses="40", days="30")
    hr.press("Créer le lien").see("Scannez le code").stop()
    return hr.page.locator("main input[readonly]").first.input_value()


def join(person: Visitor, link: str, *, first_name: str, email: str) -> None:
    """Follow a link, confirm the address, join; a short password is rejected first."""
    person.open(link).stop()
    person.fill(first_name=first_name, last_name="Aubry", email=email)
    company = person.page.locator('main select[name="company_id"]')
    if company.count():
        company.select_option(index=1)
    person.press("Rejoindre").see("Regardez vos messages").stop()
    person.open(person.mailed(email, "/join/confirm/")).stop()
    person.fill(password="loge").press(f"Entrer comme {first_name}").see("trop court").stop()
    person.fill(password=PASSWORD).press(f"Entrer comme {first_name}").stop()
    assert first_name in person.page.locator("h1").inner_text()


def move(hr: Visitor, slug: str) -> None:
    """Change the space's address; a single click moves there and signs in."""
    hr.open("/admin/space/address/").stop().fill(slug=slug).press("Changer d’adresse")
    hr.see("Votre espace a changé d’adresse").stop()
    hr.press("Entrer à la nouvelle adresse").stop()
    assert hr.page.url == address_of(hr, slug, "/admin/space/")


def sign_in(person: Visitor, slug: str, email: str, app: Authenticator | None = None) -> None:
    """Sign in weeks later with address and password, and with a code of the app, if it exists."""
    person.open(address_of(person, slug)).see("Entrer dans").stop()
    person.fill(email=email, password=PASSWORD).press("Me connecter").stop()
    if app is not None:
        factor.give(person, app)
    assert person.page.url == address_of(person, slug)


def post(author: Visitor, *, title: str, price: str) -> str:
    """Sell something, with a picture; return the address of its page."""
    author.open("/classifieds/new/").stop()
    author.page.locator('main [name="pictures"]').first.set_input_files([photo()])
    author.fill(kind="sell", title=title, price_cents=price, description="Freins neufs.")
    author.press("Publier l’annonce").see(title).stop()
    return author.page.url


def search(reader: Visitor, words: str) -> None:
    """Type words into the search: at the top of the page, or on a phone on the board."""
    field = reader.page.locator('input[name="q"]:visible').first
    field.fill(words)
    field.press("Enter")
    reader.page.wait_for_url(re.compile(r"/(search|classifieds)/\?q="))
    reader.stop()


def write(reader: Visitor, text: str, *, to: str) -> None:
    """Write to the author, on the thing's page."""
    reader.fill(text=text).press(f"Écrire à {to}").see(text).stop()


def answer(author: Visitor, text: str, *, person: str) -> None:
    """Answer the newest message of a person."""
    author.open("/messages/").stop().follow(person).stop()
    author.page.locator("main textarea[name=text]").fill(text)
    author.press("Envoyer").see(text).stop()


def close(author: Visitor, thing: str) -> None:
    """Take a thing off the board: it found its taker among colleagues."""
    author.open(thing).follow("Clore l’annonce").stop()
    author.fill(outcome="here").press("Clore l’annonce").see("Vendu").stop()


def code_on(person: Visitor) -> str:
    """Return the address in the QR code on a person's phone; it is the title of the drawing."""
    source = person.page.locator("main img.qr").get_attribute("src")
    drawing = person.page.evaluate("url => fetch(url).then((answer) => answer.text())", source)
    found = re.search(r"<title>([^<]+)</title>", drawing)
    assert found, drawing[:200]
    return html.unescape(found[1])


def scan(person: Visitor, url: str, *, confirming: str) -> None:
    """Open the address of a code, then confirm its purpose."""
    person.open(url).stop()
    person.press(confirming).stop()
