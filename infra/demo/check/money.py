"""A merchant pays, the placement is shown, and each council is paid its share."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils import timezone

from billing.adjustments.actions.reviews import approve_ad
from billing.councils.actions.councils import offer_terms
from billing.councils.actions.mandates import confirm_mandate
from billing.models import Council, CouncilMandate, Order, Share, ShareTerms, StripeEvent
from infra.demo import levers
from infra.demo.check import factor
from infra.demo.check.browser import Browser, Page, WentWrong
from infra.demo.check.journey import PASSWORD, Journey, Space, crossing, waited
from infra.demo.check.people import treasurer_of
from infra.demo.seed.mandates import BLANK
from infra.demo.seed.staff import first_operator
from infra.demo.ticking import tick
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.console.actions import approve_page
from saas.kernel import schema

LOWER_RATE_BP = 3_000
# The first possible day of a placement follows the time zone of its spaces.
PARIS = ZoneInfo("Europe/Paris")
DAYS = 13
HOLD_DAYS = 40


def agree_on_terms(journey: Journey) -> None:
    """Each council's treasurer accepts the terms; the second is then offered a lower rate."""
    for space in journey.spaces:
        _make_treasurer(space)
        # The role has ended every session of before.
        treasurer = _of(space.colleague)
        factor.sign_in(treasurer, treasurer_of(space))
        space.app = factor.set_up(treasurer)
        _confirm_election(space)
        _accept(space)
    second = journey.spaces[1]
    with schema.in_public():
        now = timezone.now()
        offer_terms(
            council=Council.objects.get(tenant__slug=second.slug),
            rate_bp=LOWER_RATE_BP,
            valid_from=now,
            by=first_operator(),
            at=now,
        )
    _accept(second)


def _make_treasurer(space: Space) -> None:
    page = space.founder.get("/admin/people/?q=Karim")
    person = space.founder.get(page.link("/admin/people/M-"))
    form = next(form for form in person.forms if ("role", "treasurer") in form.values)
    space.founder.submit(person, form)


def _confirm_election(space: Space) -> None:
    """Let the treasurer name a secretary and submit the minutes; an operator confirms them."""
    treasurer = _of(space.colleague)
    page = treasurer.get("/council/people/")
    form = next(form for form in page.forms if ("verb", "give") in form.values)
    secretary = f"camille@{space.domain}"
    page = treasurer.submit(page, form, email=secretary, role="secretary")
    page.shows("Le rôle est donné")
    factor.sign_in(_of(space.employee), secretary)
    page = treasurer.get("/council/mandate/")
    today = timezone.localdate()
    treasurer.submit(
        page,
        page.form(having="elected_on"),
        elected_on=f"{today - dt.timedelta(days=30):%Y-%m-%d}",
        ends_on=f"{today + dt.timedelta(days=1400):%Y-%m-%d}",
        files=[("paper", ("pv.pdf", BLANK, "application/pdf"))],
    )
    with schema.in_public():
        mandate = CouncilMandate.objects.get(council__tenant__slug=space.slug)
        now = timezone.now()
        confirm_mandate(mandate=mandate, by=first_operator(), at=now)


def _accept(space: Space) -> None:
    treasurer = _of(space.colleague)
    page = treasurer.get("/council/terms/")
    treasurer.submit(page, page.form(having="read"), read="on", name="Karim Lefort")


def open_shop(journey: Journey) -> None:
    """Sign a merchant up, describe the shop once, and see it from both spaces."""
    journey.merchant = browser = Browser(journey.public)
    email = f"cazal@{journey.spaces[0].domain}"
    page = browser.get("/desk/signup/")
    browser.submit(
        page,
        page.form(having="email"),
        name="Élodie Cazal",
        email=email,
        password=PASSWORD,
    )
    page = browser.get(journey.mailed(email, "/desk/signup/"))
    browser.submit(page, page.form())
    page = browser.get("/desk/page/")
    browser.submit(
        page,
        page.form(having="legal_name"),
        name="Maison Cazal",
        category="bakery",
        description="Pain au levain.",
        street="14 rue des Bateliers",
        postcode="37990",
        city="Saint-Avel-sur-Loge",
        latitude="47.391000",
        longitude="0.691000",
        opens_0="07:00",
        closes_0="19:00",
        same_every_day="on",
        legal_name="Maison Cazal SARL",
        siren="820114569",
        billing_email=email,
        publish="1",
    )
    _see_shop(journey, email)


def _see_shop(journey: Journey, email: str) -> None:
    """Let an operator see the shop, which no space sees before."""
    _of(journey.merchant).get("/desk/page/").shows("au plus tard le")
    for space in journey.spaces:
        if shop_stands_in(space):
            raise WentWrong("a shop that nobody has seen stands in a space")
    with schema.in_public():
        now = timezone.now()
        merchant = Merchant.objects.get(owner__email=email)
        approve_page(merchant=merchant, trusts=False, by=first_operator(), at=now)
    for space in journey.spaces:
        _of(space.employee).get("/neighbourhood/").shows("Maison Cazal", "min")


def shop_stands_in(space: Space) -> bool:
    """Return True if a member of a space sees the check's own shop."""
    return "14 rue des Bateliers" in _of(space.employee).get("/neighbourhood/").text


def buy_placement(journey: Journey) -> None:
    """Buy a placement in both spaces on the simulator's page; the event confirms it."""
    browser = _of(journey.merchant)
    page = browser.get("/desk/campaigns/new/")
    today = timezone.localdate(timezone=PARIS)
    page = browser.submit(
        page,
        page.form(having="headline"),
        spaces=[space.slug for space in journey.spaces],
        slots=["home_feed", "neighbourhood"],
        starts_on=today.isoformat(),
        ends_on=(today + dt.timedelta(days=DAYS - 1)).isoformat(),
        headline="Formule du midi",
        text="Sandwich, dessert, boisson.",
        offer="8,90 €",
    ).shows("Formule du midi")
    journey.campaign = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1]
    page = browser.submit(page, page.form(having="seen"))
    journey.order = urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1]
    stripe = Browser(journey.stack["stripe"]["api_base"])
    page = browser.until(page.url, leads_to(stripe))
    hosted = stripe.get(crossing(page, stripe.base))
    back = stripe.submit(hosted, hosted.form())
    if urlsplit(back.url).netloc != browser.host:
        raise WentWrong(f"the payment page leads to {back.url}")
    browser.get(back.url)
    browser.until(f"/desk/orders/{journey.order}/", lambda page: "C’est payé" in page.text)
    browser.get(browser.get("/desk/invoices/").link("/desk/invoices/F")).shows("Maison Cazal SARL")
    browser.get(f"/desk/campaigns/{journey.campaign}/").shows("Troovon relit cette annonce")
    for space in journey.spaces:
        if "Sandwich, dessert, boisson." in _of(space.employee).get("/").text:
            raise WentWrong("an ad that nobody has seen stands in a space")
    with schema.in_public():
        now = timezone.now()
        campaign = Campaign.objects.get(reference=journey.campaign)
        approve_ad(campaign=campaign, by=first_operator(), at=now)


def see_placement(journey: Journey) -> None:
    """Members of both spaces see it, marked; a view counts once."""
    for space in journey.spaces:
        browser = _of(space.employee)
        browser.get("/").shows("Sponsorisé", "Formule du midi")
        browser.get("/neighbourhood/").shows("Sponsorisé", "Maison Cazal")


def open_accounts(journey: Journey) -> None:
    """Each council opens its account and finishes Stripe's onboarding."""
    for space in journey.spaces:
        treasurer = _of(space.colleague)
        page = treasurer.get("/council/account/")
        page = treasurer.submit(
            page,
            page.form(having="contact_email"),
            contact_email=f"cse@{space.domain}",
            siren="732829320",
        )
        page = treasurer.until("/council/account/", has_form("/link/"))
        page = treasurer.submit(page, page.form(action="/link/"))
        stripe = Browser(journey.stack["stripe"]["api_base"])
        page = treasurer.until(page.url, leads_to(stripe))
        hosted = stripe.get(crossing(page, stripe.base))
        stripe.submit(hosted, hosted.form())
        waited("an active account", partial(_is_active, space))


def leads_to(stripe: Browser) -> Callable[[Page], bool]:
    """Return a check that a waiting page has a link to Stripe."""
    return lambda page: any(link.startswith(stripe.base) for link in page.links)


def has_form(action: str) -> Callable[[Page], bool]:
    """Return a check that a page has a form with a given action."""
    return lambda page: any(action in form.action for form in page.forms)


def _is_active(space: Space) -> bool:
    active = Council.AccountState.ACTIVE
    return Council.objects.filter(tenant__slug=space.slug, account_state=active).exists()


def pay_councils(journey: Journey) -> None:
    """Let the hold end: each share is transferred, and the treasurer follows it on the desk."""
    later = timezone.now() + dt.timedelta(days=HOLD_DAYS)
    tick(later)
    waited("the transfers", lambda: _are_transferred(journey.order))
    levers.pull("settle", seconds="20")
    waited("all events", _are_processed)
    for space in journey.spaces:
        treasurer = _of(space.colleague)
        # The session has lapsed in the meantime.
        factor.sign_in(treasurer, treasurer_of(space), space.app)
        page = treasurer.get("/council/ledger/").shows("Maison Cazal")
        treasurer.get(page.link("/council/ledger/SH-")).shows("Reversement", "Formule du midi")


def _are_transferred(order: str) -> bool:
    shares = Share.objects.filter(sale__order__reference=order)
    states = set(shares.values_list("state", flat=True))
    return states == {Share.State.TRANSFERRED}


def _are_processed() -> bool:
    waiting = StripeEvent.objects.exclude(
        state__in=[StripeEvent.State.PROCESSED, StripeEvent.State.IGNORED, StripeEvent.State.PARKED]
    )
    return not waiting.exists()


def order_of(journey: Journey) -> Order:
    """Return the order that the merchant paid."""
    return Order.objects.get(reference=journey.order)


def rates_of(journey: Journey) -> dict[str, int]:
    """Return the rate in force of each space, by its slug."""
    return {
        space.slug: ShareTerms.objects.filter(
            council__tenant__slug=space.slug, accepted_at__isnull=False
        )
        .latest("version")
        .rate_bp
        for space in journey.spaces
    }


def _of(browser: Browser | None) -> Browser:
    if browser is None:
        raise WentWrong("somebody is missing")
    return browser
