"""Rules of a campaign: its dates and spaces, its content, and the limits of its report."""

import datetime as dt
import zoneinfo
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules.shops import check_not_blocked
from saas.catalogue.placements.models import Campaign, Flight, PartOfDay, PriceList
from saas.catalogue.placements.models.slots import SLOTS
from saas.catalogue.placements.rules.price_lists import same_prices
from saas.catalogue.placements.rules.prices import Period, month_after, month_from
from saas.kernel.errors import Refused
from saas.kernel.money import parse_euros
from tenants.spaces.models import Tenant

LONGEST_DAYS = 90
FARTHEST_DAYS = 120
MOST_SPACES = 30
REACH_MINUTES = 15
ENDING_DAYS = 3
MONTHLY_WITHIN_DAYS = 7
# A flight beyond the planned end of a space leaves it this long before, so that its refund does not
# delay the end.
LEAVES_BEFORE = dt.timedelta(days=2)


class Creative(NamedTuple):
    """The content of an ad: a headline, a sentence, an offer."""

    headline: str
    text: str
    offer: str


class Photo(NamedTuple):
    """Photo of an ad: a new photo, the photo of a draft, or that of the former campaign.

    `crop` is the part of a new photo that is kept; empty keeps all of it.
    """

    new: bytes | None = None
    keeps: bool = True
    stored: str = ""
    crop: str = ""


class Timing(NamedTuple):
    """Rhythm of a campaign (a single run or monthly), and its part of the day on screens."""

    rhythm: str = Campaign.Rhythm.ONCE
    day_part: str = PartOfDay.ALL


ALL_DAY_ONCE = Timing()
AS_BEFORE = Photo()


class Total(NamedTuple):
    """Number of views and clicks of a flight on a day, as counted by its space.

    On a shelf also the number of times its media were opened and borrowed.
    """

    flight_reference: str
    day: dt.date
    views: int
    clicks: int
    opens: int = 0
    loans: int = 0


def today(at: dt.datetime) -> dt.date:
    """Return the day at the desk."""
    return at.astimezone(zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)).date()


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


def check_first_month(period: Period, *, day: dt.date) -> None:
    """Raise Refused if a first month starts long after payment: the next is paid a month later."""
    if period.starts_on > day + dt.timedelta(days=MONTHLY_WITHIN_DAYS):
        raise Refused(_("Une campagne mensuelle commence dans les 7 jours."), field="starts_on")


def days_lost(period: Period | None, *, day: dt.date) -> int:
    """Return by how many days a campaign moves that was paid on a day, after it should have begun.

    It then begins on the morrow, so that the merchant gets every day that was paid for.
    """
    if period is None or period.starts_on >= day:
        return 0
    return (day - period.starts_on).days + 1


def days_to_carry_over(period: Period, *, closed_on: dt.date, day: dt.date) -> int:
    """Return the number of days that a flight moves if its space was closed until a day.

    Its first lost day moves to that day, and the others follow: no day is lost, and days that ran
    before stay counted. The day of the closing was shown in part, and counts as flown.
    """
    first_lost = max(period.starts_on, closed_on + dt.timedelta(days=1))
    return max((day - first_lost).days, 0) if first_lost <= period.ends_on else 0


def next_month(last: Period | None, *, day: dt.date) -> Period:
    """Return the month after the last month, or a month from `day` on if later."""
    if last is None or last.ends_on < day - dt.timedelta(days=1):
        return month_from(day)
    return month_after(last)


def check_places(wanted: Iterable[str], *, reachable: Iterable[str]) -> None:
    """Raise Refused for no spaces, too many spaces, or a closed or distant space."""
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
    """Raise Refused for a campaign without a valid slot."""
    if not slots or not set(slots) <= set(SLOTS):
        raise Refused(_("Choisissez au moins un emplacement."), field="slots")


def check_shop(merchant: Merchant | None) -> Merchant:
    """Return the shop that may place something: its page is public. Raises Refused."""
    if merchant is not None:
        check_not_blocked(merchant)
    if merchant is not None and merchant.state == Merchant.State.WAITING:
        raise Refused(
            _("Troovon voit votre page sous un jour\u00a0: vous pourrez alors placer une annonce.")
        )
    if merchant is None or merchant.state != Merchant.State.PUBLISHED:
        raise Refused(_("Publiez d’abord votre page : l’annonce y conduit."))
    return merchant


def check_payable(
    campaign: Campaign, period: Period | None, *, day: dt.date, price_list: PriceList
) -> None:
    """Raise Refused if a campaign can no longer run as drawn up, so that it must not be paid."""
    if campaign.state != Campaign.State.DRAFT:
        raise Refused(_("Cette campagne est déjà payée."))
    if campaign.replaced_at is not None:
        raise Refused(_("Cette campagne a été remplacée par une autre : payez la nouvelle."))
    _check_not_withdrawn(campaign)
    check_shop(campaign.merchant)
    _check_spaces_are_open(campaign)
    if period is None or period.starts_on < day:
        raise Refused(_("Le premier jour est passé : choisissez d’autres dates."))
    if not same_prices(campaign.price_list, price_list):
        raise Refused(_("Les prix ont changé : enregistrez de nouveau cette campagne."))


def _check_not_withdrawn(campaign: Campaign) -> None:
    if campaign.sold_out_at is not None:
        raise Refused(
            _(
                "La dernière place a été vendue pendant que votre paiement était en "
                "route : recommencez cette campagne à d’autres dates."
            )
        )
    if campaign.withdrawn_at is not None:
        raise Refused(_("Cette campagne a été retirée\u00a0: recommencez-la pour la payer."))


def _check_spaces_are_open(campaign: Campaign) -> None:
    shut = [flight.tenant for flight in campaign.flights.all() if not is_open(flight)]
    if shut:
        raise Refused(
            _("%(space)s n’accueille plus d’annonce\u00a0: choisissez d’autres espaces.")
            % {"space": shut[0].name}
        )


def is_open(flight: Flight) -> bool:
    """Return True if the space of a flight is active."""
    return flight.tenant.state == Tenant.State.ACTIVE


def check_may_withdraw(campaign: Campaign) -> None:
    """Raise Refused if a campaign to withdraw is paid: it is stopped and refunded instead."""
    if campaign.state != Campaign.State.DRAFT:
        raise Refused(_("Cette campagne est payée\u00a0: elle ne se retire plus."))


def check_may_stop(campaign: Campaign) -> None:
    """Raise Refused if a campaign to stop was never paid."""
    if campaign.state == Campaign.State.DRAFT:
        raise Refused(_("Cette campagne n’est pas payée : il n’y a rien à arrêter."))


def offer_cents(offer: str) -> int | None:
    """Return an offer as an amount for its price tag, or None if it is no amount."""
    try:
        return parse_euros(offer)
    except Refused:
        return None


def tile_words(creative: Creative) -> dict[str, str | int]:
    """Return the words of a tile; an offer with a price becomes a price tag."""
    cents = offer_cents(creative.offer)
    return {
        "title": creative.headline,
        "text": creative.text,
        "cents": cents or 0,
        "offer": "" if cents else creative.offer,
    }


def is_running(flight: Flight, day: dt.date) -> bool:
    """Return True if a flight runs on a day."""
    return flight.starts_on <= day <= flight.ends_on
