"""HR founds, employees join, offer, find, write and close."""

import io
import re
import time
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils import timezone
from PIL import Image

from infra.demo.check.browser import Browser, Page, WentWrong
from infra.demo.check.journey import PASSWORD, Journey, Space
from infra.demo.seed.standing import write_dns
from infra.demo.settling import settle
from tenants.spaces.models import Tenant

COMPANIES = (("Forge Nord", "732829320", 640), ("Atelier Sud", "552100554", 190))
LATITUDES = {"park": "47.390000", "company": "47.392000"}
LONGITUDE = "0.690000"


def found_spaces(journey: Journey) -> None:
    """HR founds a park and a company, each through the wizard, and arrives signed in."""
    for space in journey.spaces:
        begun = time.perf_counter()
        _found(journey, space)
        space.seconds = round(time.perf_counter() - begun, 3)
        space.schema = Tenant.objects.get(slug=space.slug).schema_name


def _found(journey: Journey, space: Space) -> None:
    browser, email = space.founder, f"rh@{space.domain}"
    page = browser.get("/start/")
    browser.submit(
        page,
        page.form(having="email"),
        email=email,
        first_name="Solène",
        last_name="Maurin",
        kind=space.kind,
    ).shows(email)
    page = browser.get(journey.mailed(email, "/start/"))
    page = browser.submit(page, page.form())
    page = _describe(browser, page, space)
    page = _locate(browser, page, space)
    page = browser.submit(page, page.form(having="slug"), slug=space.slug)
    page = browser.submit(page, page.form(having="password"), password=PASSWORD)
    page = browser.until(page.url, lambda page: "/enter/" in str([f.action for f in page.forms]))
    space.founder = journey.space_browser(space)
    space.founder.submit(page, page.form(action="/enter/")).shows("Solène")


def _describe(browser: Browser, page: Page, space: Space) -> Page:
    form = page.form(having="name" if space.kind == "company" else "")
    if space.kind == "company":
        return browser.submit(page, form, name=space.name, siren=COMPANIES[1][1], head_count="310")
    rows: dict[str, str] = {"name": space.name}
    for number, (name, siren, heads) in enumerate(COMPANIES):
        prefix = _prefix_of(form.names, number)
        rows |= {f"{prefix}name": name, f"{prefix}siren": siren, f"{prefix}head_count": str(heads)}
    return browser.submit(page, form, **rows)


def _prefix_of(names: set[str], number: int) -> str:
    for name in names:
        if name.endswith("siren") and f"{number}" in name:
            return name.removesuffix("siren")
    raise WentWrong(f"the park's form has no row {number}")


def _locate(browser: Browser, page: Page, space: Space) -> Page:
    return browser.submit(
        page,
        page.form(having="latitude"),
        name="Saint-Avel",
        street="12 rue des Bateliers",
        postcode="37990",
        city="Saint-Avel-sur-Loge",
        head_count="300",
        latitude=LATITUDES[space.kind],
        longitude=LONGITUDE,
    )


def prove_spaces(journey: Journey) -> None:
    """HR writes the proof into the DNS of the mail domain; then members enough come in."""
    for space in journey.spaces:
        page = space.founder.get("/admin/space/proof/")
        found = re.search(r"troovon-space=[\w-]+", page.text)
        if found is None:
            raise WentWrong(f"{page.url} shows no record")
        write_dns(f"_troovon-space.{space.domain}", found[0])
        space.founder.submit(page, page.form(action="/check/"))
        space.founder.until("/admin/space/proof/", lambda page: "prouve votre espace" in page.text)
        settle(Tenant.objects.get(slug=space.slug), timezone.now())


def join_spaces(journey: Journey) -> None:
    """Make a colleague join by the proven domain, and another by HR's link."""
    for space in journey.spaces:
        email = f"camille@{space.domain}"
        space.employee = journey.space_browser(space)
        _join(journey, space.employee, Joiner("Camille", email, "/join/"))
        page = space.founder.get("/admin/invitations/")
        page = space.founder.submit(page, page.form(having="uses"), uses="5", days="7")
        code = _invitation_on(page)
        space.colleague = journey.space_browser(space)
        invited = Joiner("Karim", treasurer_of(space), f"/join/{code}/")
        _join(journey, space.colleague, invited)


def treasurer_of(space: Space) -> str:
    """Return the address of the colleague that joins by invitation and becomes treasurer."""
    return f"karim@ailleurs-{space.slug}.example"


class Joiner(NamedTuple):
    """A person that joins, with the address and the page used."""

    first_name: str
    email: str
    path: str


def _join(journey: Journey, browser: Browser, joiner: Joiner) -> None:
    page = browser.get(joiner.path)
    form = page.form(having="email")
    given = {"first_name": joiner.first_name, "last_name": "Lefort", "email": joiner.email}
    if "company_id" in form.names:
        given["company_id"] = _second_choice(page)
    browser.submit(page, form, **given)
    page = browser.get(journey.mailed(joiner.email, "/join/confirm/"))
    browser.submit(page, page.form(), password=PASSWORD).shows(joiner.first_name)


def _invitation_on(page: Page) -> str:
    """Return the code of the link that HR copies or prints."""
    found = re.search(r"/join/([a-z0-9-]{8,})", page.text)
    if found is None:
        raise WentWrong(f"{page.url} shows no invitation link")
    return found[1]


def _second_choice(page: Page) -> str:
    """Return the value of a company that the form offers."""
    part = page.text.partition('name="company_id"')[2]
    values = [piece.partition('"')[0] for piece in part.split('value="')[1:]]
    return next(value for value in values if value.isdigit())


def trade(journey: Journey) -> None:
    """Let a colleague post with a picture, another find it with a typo and write; it is closed."""
    space = journey.spaces[0]
    author, reader = _of(space.employee), _of(space.colleague)
    page = author.get("/classifieds/new/")
    picture = ("pictures", ("velo.png", _picture(), "image/png"))
    page = author.submit(
        page,
        page.form(having="title"),
        files=[picture],
        kind="sell",
        title="Vélo pliant révisé",
        description="Freins neufs.",
        price_cents="180",
    ).shows("Vélo pliant révisé", "180")
    path = urlsplit(page.url).path
    reader.get("/classifieds/?q=velo+plient").shows(path)
    page = reader.get(path)
    reader.submit(page, page.form(having="text"), text="Est-il encore là ?").shows("encore là")
    answering = author.get(author.get("/messages/").link("/messages/CO-"))
    author.submit(answering, answering.form(having="text"), text="Oui, porte Sud.").shows(
        "porte Sud"
    )
    page = author.get(f"{path}close/")
    author.submit(page, page.form(having="outcome"), outcome="here")
    _nothing_leaks(journey, path)


def _nothing_leaks(journey: Journey, path: str) -> None:
    """Raise WentWrong if a signed-out visitor or another space's member can see the page."""
    first, second = journey.spaces
    signed_out = journey.space_browser(first).get(path)
    if "Vélo" in signed_out.text:
        raise WentWrong("somebody signed out sees a classified")
    stranger = _of(second.employee).get(path)
    if stranger.status != 404:  # noqa: PLR2004 - not found
        raise WentWrong(f"another space answers {stranger.status} to a foreign reference")
    thief = journey.space_browser(first)
    thief.session.cookies.update(_of(second.employee).session.cookies)
    if "Vélo" in thief.get(path).text:
        raise WentWrong("a session of one space opens another")


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480), (10, 95, 99)).save(drawn, "PNG")
    return drawn.getvalue()


def _of(browser: Browser | None) -> Browser:
    if browser is None:
        raise WentWrong("nobody has joined yet")
    return browser
