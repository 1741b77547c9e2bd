"""Queries of public pages: prices, a sample of a space, and the outbox."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.ledger.queries.seller import seller
from saas.catalogue.placements.models import PartOfDay, Price, PriceList, Slot, slots
from saas.catalogue.placements.rules import prices
from saas.kernel.display.charts import Slice, coin
from saas.kernel.display.drawing import Amount
from saas.kernel.money import BASIS
from saas.kernel.values import legal
from tenants.spaces import hosts

SAMPLE_PEOPLE, SAMPLE_SCREENS, SAMPLE_DAYS = 300, 3, 5
# Parts of a euro before VAT under the terms offered to a new council.
COUNCIL_CENTS, STRIPE_CENTS, TROOVON_CENTS = 40, 2, 58
MOST_LISTED = 200
MONTHS = 12
SECURITY_TXT_LASTS = dt.timedelta(days=180)
# A middling workplace and few merchants, under the terms above.
USUAL = {"heads": SAMPLE_PEOPLE, "merchants": 5, "days": 10, "rate_bp": COUNCIL_CENTS}


class ShownPrice(NamedTuple):
    """A price of the list in force, with an example that anybody can work out again."""

    slot: str
    day_cents: int
    more_cents: int
    by_screen: bool
    sample_cents: int


class Simulation(NamedTuple):
    """Steps from the price of a day to a council's share of a year."""

    slot: str
    day_cents: int
    month_cents: int
    year_cents: int
    share_cents: int


class SampleTile(NamedTuple):
    """A classified of the sample on the home page."""

    title: str
    kind: str
    symbol: str
    cents: int
    gift: bool
    place: str
    name: str
    note: str


def simulated(
    *, heads: int, merchants: int, days: int, rate_bp: int, at: dt.datetime
) -> Simulation | None:
    """Return a year of ads in the feed at today's prices; None while no price is published."""
    prices_now = _prices_in_force(at)
    price = next((one for one in prices_now if one.slot == Slot.HOME_FEED), None)
    if price is None:
        return None
    day_cents = prices.day_cents(price, heads)
    month_cents = day_cents * days
    year_cents = month_cents * MONTHS * merchants
    share_cents = year_cents * rate_bp // BASIS
    return Simulation(price.get_slot_display(), day_cents, month_cents, year_cents, share_cents)


def shown_prices(at: dt.datetime) -> list[ShownPrice]:
    """Return the prices in force, as used by checkout; empty if no price is published."""
    return [_shown(price) for price in _prices_in_force(at)]


def _prices_in_force(at: dt.datetime) -> list[Price]:
    begun = PriceList.objects.filter(valid_from__lte=at).prefetch_related("prices")
    newest = begun.order_by("-valid_from", "-version").first()
    return list(newest.prices.all()) if newest else []


def _shown(price: Price) -> ShownPrice:
    by_screen = slots.is_by_screen(price.slot)
    on = prices.OnScreens(SAMPLE_SCREENS, PartOfDay.ALL) if by_screen else None
    return ShownPrice(
        price.get_slot_display(),
        price.day_cents,
        price.day_per_hundred_cents,
        by_screen,
        prices.day_cents(price, SAMPLE_PEOPLE, on=on) * SAMPLE_DAYS,
    )


def one_euro() -> tuple[Slice, ...]:
    """Return the slices of a euro paid by a merchant."""
    return coin(
        [
            Amount(_("pour le CSE"), COUNCIL_CENTS),
            Amount(_("pour faire vivre Troovon"), TROOVON_CENTS),
            Amount(_("de frais de paiement"), STRIPE_CENTS),
        ]
    )


def sample_tiles() -> list[SampleTile]:
    """Return the tiles of a sample space, drawn by the components of real spaces."""
    return [
        SampleTile(
            _("Vélo pliant 7 vitesses, révisé en octobre"),
            _("À vendre"),
            "tag",
            18_000,
            False,  # noqa: FBT003 - a column of the sample
            _("Porte Sud"),
            "Nadia B.",
            _("Conditionnement"),
        ),
        SampleTile(
            _("Perceuse-visseuse 18 V, deux batteries"),
            _("Prête"),
            "hand-helping",
            0,
            False,  # noqa: FBT003 - as above
            _("Hall B"),
            "Karim L.",
            _("Atelier"),
        ),
        SampleTile(
            _("Poussette tout-terrain, capote à recoudre"),
            _("À donner"),
            "gift",
            0,
            True,  # noqa: FBT003 - as above
            _("Accueil A"),
            "Solène M.",
            _("Achats"),
        ),
    ]


def publisher() -> dict[str, Any]:
    """Return the publisher of the site, as lines, and True if it is fictitious (demo)."""
    try:
        who = seller()
    except OSError:
        who = {}
    lines = who and [
        who["name"],
        f"{who['legal_form']}, {who['capital']}",
        who["rcs"],
        who["vat_number"],
        who["street"],
        f"{who['postcode']} {who['city']}",
    ]
    others = {name: who.get(name, "") for name in ("email", "director", "host")}
    return {"seller": lines, **others, "fictional": bool(who.get("fictional"))}


def legal_text(code: str, version: int, *, language: str) -> dict[str, Any] | None:
    """Return a version of a legal text, or the version in force (0); None if it does not exist."""
    known = legal.versions_of(code)
    found = next((each for each in known if version in {0, each.version}), None)
    if found is None:
        return None
    shown_in = language if language in legal.LANGUAGES else "fr"
    return {
        "document": found,
        "text": legal.template_of(found, shown_in),
        "digest": legal.digest_of(found.code, found.version),
        "others": [each for each in known if each is not found],
    }


def security_txt(*, at: dt.datetime) -> str:
    """Return security.txt, the contact for reports of vulnerabilities (RFC 9116)."""
    host = settings.BASE_HOST.partition(":")[0]
    notice = reverse("site:legal", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
    lines = [
        f"Contact: mailto:security@{host}",
        f"Expires: {(at + SECURITY_TXT_LASTS).replace(microsecond=0).isoformat()}",
        "Preferred-Languages: fr, en",
        f"Canonical: {hosts.public_url('/.well-known/security.txt')}",
        f"Policy: {hosts.public_url(notice)}",
    ]
    return "\n".join([*lines, ""])


def outbox(to: str = "") -> list[dict[str, Any]]:
    """Return the stored messages, newest first; those to a single address, if given."""
    names = sorted(_outbox_folder().glob("*.json"), reverse=True)
    messages = (json.loads(name.read_text()) for name in names)
    return [message for message in messages if not to or to.lower() in message["to"]]


def message(message_id: str) -> dict[str, Any] | None:
    """Return a stored message, or None."""
    return next((message for message in outbox() if message["id"] == message_id), None)


def _outbox_folder() -> Path:
    return Path(settings.DATA_DIR) / "outbox"
