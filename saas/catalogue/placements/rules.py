"""What a placement costs, when it may run, and what its report may tell."""

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight, Price, PriceList, Slot
from saas.kernel.errors import Refused
from saas.kernel.looks.writing import num, shortdate
from saas.kernel.money import Cents, parse_euros, vat_on

LONGEST_DAYS = 90
FARTHEST_DAYS = 120
LEAST_CENTS = 50
MOST_SPACES = 30
REACH_MINUTES = 15
VAT_BP = 2000
A_HUNDRED = 100
LEAST_SHOWN = 5
ENDING_DAYS = 3


class Period(NamedTuple):
    """From one day to another, both included."""

    starts_on: dt.date
    ends_on: dt.date

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.ends_on - self.starts_on).days + 1


class Creative(NamedTuple):
    """What is shown: a headline, a sentence, an offer."""

    headline: str
    text: str
    offer: str


class Line(NamedTuple):
    """One flight of a quote: which space and slot, for how long, at which price a day."""

    tenant_id: int
    schema_name: str
    space: str
    slot: str
    slot_name: str
    period: Period
    head_count: int
    day_cents: int
    net_cents: int
    flight_id: int | None = None

    @property
    def description(self) -> str:
        """What an order and an invoice call it."""
        return _("%(space)s, %(slot)s, du %(first)s au %(last)s (%(days)s)") % {
            "space": self.space,
            "slot": self.slot_name,
            "first": shortdate(self.period.starts_on),
            "last": shortdate(self.period.ends_on),
            "days": days_in_words(self.period.days),
        }


class Quote(NamedTuple):
    """What a campaign costs, flight by flight, under one version of the prices."""

    lines: tuple[Line, ...]
    net_cents: int
    price_list_version: int

    @property
    def vat_cents(self) -> int:
        """The tax, on the sum."""
        return vat_on(self.net_cents, VAT_BP)

    @property
    def gross_cents(self) -> int:
        """What is paid."""
        return self.net_cents + self.vat_cents


class Total(NamedTuple):
    """How often a flight was seen and clicked on a day, as its space counted it."""

    flight_reference: str
    day: dt.date
    views: int
    clicks: int


def today(at: dt.datetime) -> dt.date:
    """Return the day at the desk."""
    return at.astimezone(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)).date()


def day_cents(price: Price, head_count: int) -> Cents:
    """Return the price of a day: the base, and the amount for each hundred people begun."""
    hundreds = -(-head_count // A_HUNDRED)
    return Cents(price.day_cents + price.day_per_hundred_cents * hundreds)


def check_period(period: Period, *, day: dt.date) -> None:
    """Refuse days that are past, in the wrong order, too many or too far ahead."""
    if period.starts_on < day:
        raise Refused(_("La campagne commence aujourd’hui ou plus tard."), field="starts_on")
    if period.ends_on < period.starts_on:
        raise Refused(_("La fin suit le début."), field="ends_on")
    if period.days > LONGEST_DAYS:
        raise Refused(_("Une campagne dure 90 jours au plus."), field="ends_on")
    if period.starts_on > day + dt.timedelta(days=FARTHEST_DAYS):
        raise Refused(_("La campagne commence dans 120 jours au plus tard."), field="starts_on")


def check_places(wanted: Iterable[str], *, reachable: Iterable[str]) -> None:
    """Refuse a space that is too far or closed, none at all, and too many."""
    chosen, near = set(wanted), set(reachable)
    if not chosen:
        raise Refused(_("Choisissez au moins un espace."), field="spaces")
    if len(chosen) > MOST_SPACES:
        raise Refused(_("Une campagne passe dans 30 espaces au plus."), field="spaces")
    if not chosen <= near:
        raise Refused(
            _("Un des espaces choisis n’est plus à votre portée : choisissez-en d’autres."),
            field="spaces",
        )


def check_slots(slots: Collection[str]) -> None:
    """Refuse a campaign that is shown nowhere."""
    if not slots or not set(slots) <= set(Slot.values):
        raise Refused(_("Choisissez au moins un emplacement."), field="slots")


def check_amount(quote: Quote) -> None:
    """Refuse what no card can pay."""
    if quote.gross_cents < LEAST_CENTS:
        raise Refused(_("Le total est de 0,50 € au moins."), field="ends_on")


def check_shop(merchant: Merchant | None) -> Merchant:
    """Return the shop that may place something: its page is public. Raises Refused."""
    if merchant is None or merchant.state != Merchant.State.PUBLISHED:
        raise Refused(_("Publiez d’abord votre page : l’annonce y conduit."))
    return merchant


def check_payable(
    campaign: Campaign, period: Period | None, *, day: dt.date, price_list: PriceList
) -> None:
    """Refuse to take money for what could no longer run as it was drawn up."""
    if campaign.state != Campaign.State.DRAFT:
        raise Refused(_("Cette campagne est déjà payée."))
    if campaign.replaced_at is not None:
        raise Refused(_("Cette campagne a été remplacée par une autre : payez la nouvelle."))
    check_shop(campaign.merchant)
    if period is None or period.starts_on < day:
        raise Refused(_("Le premier jour est passé : choisissez d’autres dates."))
    if campaign.price_list_id != price_list.pk:
        raise Refused(_("Les prix ont changé : enregistrez de nouveau cette campagne."))


def check_may_stop(campaign: Campaign) -> None:
    """Refuse to stop what never ran."""
    if campaign.state == Campaign.State.DRAFT:
        raise Refused(_("Cette campagne n’est pas payée : il n’y a rien à arrêter."))


def offer_cents(offer: str) -> int | None:
    """Return an offer as an amount, when it is one: it then hangs on a price tag."""
    try:
        return parse_euros(offer)
    except Refused:
        return None


def tile_words(creative: Creative) -> dict[str, str | int]:
    """Return the words of a tile; an offer that is a price hangs on a price tag."""
    cents = offer_cents(creative.offer)
    return {
        "title": creative.headline,
        "text": creative.text,
        "cents": cents or 0,
        "offer": "" if cents else creative.offer,
    }


def is_running(flight: Flight, day: dt.date) -> bool:
    """Say whether a flight is in the air on a day."""
    return flight.starts_on <= day <= flight.ends_on


def standing(campaign: Campaign, period: Period | None, *, day: dt.date) -> tuple[str, str]:
    """Say in words and by tone where a campaign stands."""
    if campaign.state == Campaign.State.DRAFT:
        return _("À payer"), "warn"
    if campaign.state == Campaign.State.STOPPED:
        return _("Arrêtée"), "bad"
    if period is None or day > period.ends_on:
        return _("Terminée"), ""
    if day < period.starts_on:
        return _("Commence le %(day)s") % {"day": shortdate(period.starts_on)}, ""
    return _("En cours"), "ok"


def shown(count: int) -> str:
    """Write a count, so that a small one points at nobody."""
    return num(count) if count >= LEAST_SHOWN else _("moins de 5")


def slot_in_words(slot: str) -> str:
    """Write a slot as it stands inside a line, without its capital."""
    name = str(Slot(slot).label)
    return name[:1].lower() + name[1:]


def days_in_words(count: int) -> str:
    """Write a number of days."""
    return ngettext("%(count)s jour", "%(count)s jours", count) % {"count": count}
