"""VAT of a placement: the person liable, and the facts required before the buyer is liable.

A placement is a service between businesses, taxed in the place where the buyer is established: the
seat of its business, or the fixed establishment that receives the service (CGI, article 259, 1°;
directive 2006/112/CE, article 44). A shop in France is such an establishment, whatever number its
owner has abroad, so its placements bear French VAT. If the buyer is established in another country
of the Union, it owes the tax itself (CGI, article 283-2; directive, article 196), provided that the
seller has had its number confirmed (Implementing Regulation (EU) 282/2011, article 18, paragraph 1,
a), and VIES gives this confirmation. Until then we charge the tax.

A pin of the map gives a shop's place. Its country is read from the map of time zones, which follows
borders. A pin is moved in a minute, an establishment is not: a business that was in France counts
as established there for ninety more days, and as long as its papers name the address that it had
there (Implementing Regulation (EU) 282/2011, article 18, paragraph 1, a, requires the customer's
name and address as well).
"""

import datetime as dt
import enum
from collections.abc import Iterable
from typing import Final, NamedTuple

import tzfpy
from babel.core import get_global

from saas.catalogue.merchants.models import Merchant, VatCheck
from saas.kernel.values import vat_numbers

FRENCH_VAT_BP: Final = 2_000
# A yes is asked for again each month; where VIES is silent it still holds for two months more.
RECHECKED_AFTER: Final = dt.timedelta(days=30)
CONFIRMED_FOR: Final = dt.timedelta(days=90)
# An unknown number may be registered any day.
REFUSED_RECHECKED_AFTER: Final = dt.timedelta(days=7)
# A business that moved abroad is taxed as before until its new place has lasted that long.
MOVED_FOR: Final = dt.timedelta(days=90)
_FIRST_DELAY, _LONGEST_DELAY = dt.timedelta(minutes=1), dt.timedelta(hours=6)
_LONGEST_DOUBLING = 10
# France, the parts of it that have a code of their own, and Monaco, where French VAT is asked as in
# France (Convention of 18 May 1963, article 16).
_FRENCH_TERRITORIES: Final = frozenset({"FR", "MC", "GP", "MQ", "RE", "GF", "YT"})


class Standing(enum.StrEnum):
    """Status of a merchant towards French VAT."""

    FRENCH = "french"
    IN_FRANCE = "in_france"
    MOVED = "moved"
    ASKING = "asking"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    LAPSED = "lapsed"
    CONFIRMED = "confirmed"


class Known(NamedTuple):
    """Last VIES answers about a merchant's present number; None if there is no answer.

    `last` may record that VIES did not answer; `decisive` is a yes or a no.
    """

    last: VatCheck | None
    decisive: VatCheck | None


def country_at(latitude: float, longitude: float) -> str:
    """Return the territory code of a place; an empty string on the high seas."""
    zone = tzfpy.get_tz(longitude, latitude)
    return str(get_global("zone_territories").get(zone, ""))


def is_established_in_france(merchant: Merchant) -> bool:
    """Return whether French VAT is owed whatever number there is: seat, SIREN, shop or address."""
    if merchant.country == vat_numbers.FRANCE or merchant.siren:
        return True
    return is_pinned_in_france(merchant) or (
        merchant.address_in_france != "" and address_of(merchant) == merchant.address_in_france
    )


def is_pinned_in_france(merchant: Merchant) -> bool:
    """Return whether the shop's pin lies in France."""
    place = country_at(float(merchant.latitude), float(merchant.longitude))
    return place in _FRENCH_TERRITORIES


def address_of(merchant: Merchant) -> str:
    """Return the address on a merchant's papers, to be compared: case and spaces do not count."""
    return _comparable(merchant.seat)


def address_in_france(merchant: Merchant) -> str:
    """Return the address of the seat or shop, the first in France, or an empty string."""
    if merchant.country == vat_numbers.FRANCE:
        return address_of(merchant)
    if is_pinned_in_france(merchant):
        return _comparable((merchant.street, merchant.postcode, merchant.city))
    return ""


def _comparable(address: Iterable[str]) -> str:
    return " ".join(" ".join(address).casefold().split())


class Establishment(NamedTuple):
    """Facts that decide a business's country of establishment and its VAT number."""

    country: str
    siren: str
    vat_number: str
    latitude: str
    longitude: str
    address: str


def establishment_of(merchant: Merchant) -> Establishment:
    """Return a merchant's present establishment; values can be compared for equality."""
    return Establishment(
        merchant.country,
        merchant.siren,
        merchant.vat_number,
        f"{float(merchant.latitude):.5f}",
        f"{float(merchant.longitude):.5f}",
        address_of(merchant),
    )


def is_checked_at_vies(merchant: Merchant) -> bool:
    """Return True if VIES can check the merchant: a VAT number of another country."""
    return merchant.country != vat_numbers.FRANCE and bool(merchant.vat_number)


def standing(merchant: Merchant, known: Known, *, at: dt.datetime) -> Standing:
    """Return a merchant's VAT status at a moment, from the VIES answers received by then."""
    if merchant.country == vat_numbers.FRANCE:
        return Standing.FRENCH
    if is_established_in_france(merchant):
        return Standing.IN_FRANCE
    if merchant.in_france_until and at < merchant.in_france_until + MOVED_FOR:
        return Standing.MOVED
    if known.decisive is None:
        return Standing.ASKING if known.last is None else Standing.UNREACHABLE
    if known.decisive.answer == VatCheck.Answer.NO:
        return Standing.REFUSED
    lapsed = known.decisive.asked_at + CONFIRMED_FOR <= at
    return Standing.LAPSED if lapsed else Standing.CONFIRMED


def rate_bp(standing: Standing) -> int:
    """Return the rate that we charge, in basis points: 0 if the buyer owes the tax."""
    return 0 if standing is Standing.CONFIRMED else FRENCH_VAT_BP


def next_check_at(answer: str, *, unanswered: int, at: dt.datetime) -> dt.datetime:
    """Return when VIES is asked again; `unanswered` counts how often it did not answer in a row."""
    if answer == VatCheck.Answer.YES:
        return at + RECHECKED_AFTER
    if answer == VatCheck.Answer.NO:
        return at + REFUSED_RECHECKED_AFTER
    delay: dt.timedelta = _FIRST_DELAY * 2 ** min(max(unanswered - 1, 0), _LONGEST_DOUBLING)
    return at + min(delay, _LONGEST_DELAY)


def standing_place(merchant: Merchant) -> tuple[Establishment, bool] | None:
    """Return a business's establishment, and if it is in France; None for a new business."""
    if merchant.pk is None:
        return None
    return establishment_of(merchant), is_established_in_france(merchant)


def place_establishment(
    merchant: Merchant, was: tuple[Establishment, bool] | None, *, at: dt.datetime
) -> None:
    """Remember since when a business is where it is, and when it last was in France."""
    place, was_in_france = was or (None, False)
    if establishment_of(merchant) != place:
        merchant.establishment_since = at
    merchant.address_in_france = address_in_france(merchant) or merchant.address_in_france
    if was_in_france or is_established_in_france(merchant):
        merchant.in_france_until = at
