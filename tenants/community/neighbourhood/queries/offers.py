"""Offers of merchants around, and the codes that a member took of them."""

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import PublishedMerchant
from saas.catalogue.offers import queries
from saas.catalogue.offers.models import PublishedOffer, Rhythm
from saas.catalogue.offers.rules import written
from saas.kernel import schema
from saas.kernel.display import qr
from saas.kernel.offers.catalogue_hooks import OfferCard
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.uploads import pictures
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import HeldVoucher, OfferSalt
from tenants.community.neighbourhood.queries.gates import gates_here
from tenants.community.neighbourhood.queries.shops import accepted_shops
from tenants.spaces.rules.walks import walking_minutes

MOST_AROUND, MOST_HELD = 6, 5_000


class OfferPage(NamedTuple):
    """An offer as a member reads it, with its shop; `is_on` where a code can be had today.

    `walk` is said in lists: the minutes on foot from the nearest gate.
    """

    offer: PublishedOffer
    shop: PublishedMerchant
    often: str
    is_on: bool
    walk: int


class CodeScreen(NamedTuple):
    """A member's code for the till: big, with how long it is still valid, or when it was used."""

    title: str
    shop: str
    code: str
    qr: str
    spelled: str
    expires_at: dt.datetime
    minutes: int
    used_at: dt.datetime | None

    @property
    def is_valid(self) -> bool:
        """Whether it can still be shown."""
        return self.minutes > 0 and self.used_at is None


def around(at: dt.datetime) -> list[OfferCard]:
    """Draw the nearest offers of merchants within a quarter of an hour on foot."""
    return [_card(found) for found in offers_near(at)[:MOST_AROUND]]


def _card(found: OfferPage) -> OfferCard:
    values = {
        "url": reverse("neighbourhood:offer", args=[found.offer.reference]),
        "take_url": reverse("neighbourhood:offer_code", args=[found.offer.reference]),
        "title": found.offer.title,
        "shop": found.shop.name,
        "picture": pictures.address("neighbourhood:picture", found.shop.picture, 480),
        "ends_on": found.offer.ends_on,
        "walk": found.walk,
    }
    return OfferCard("neighbourhood/offer_tile.html", values)


def offers_near(at: dt.datetime) -> list[OfferPage]:
    """Return today's offers of merchants within a quarter of an hour on foot, nearest first."""
    gates = [gate.point for gate in gates_here()]
    if not gates:
        return []
    shops = {
        shop.pk: (shop, walking_minutes((float(shop.latitude), float(shop.longitude)), gates))
        for shop in accepted_shops().filter(cell__in=rules.cells_around(gates))
    }
    near = {pk: one for pk, one in shops.items() if one[1] <= rules.WITHIN_MINUTES}
    found = queries.open_offers(list(near), today=timezone.localdate(at)) if near else []
    found.sort(key=lambda offer: near[offer.merchant_id][1])
    return [_page(offer, *near[offer.merchant_id], at=at) for offer in found]


def offer_page(reference: str, at: dt.datetime) -> OfferPage | None:
    """Return the page of an offer; nothing where this space does not see its merchant."""
    offer = queries.published_offer(reference)
    shop = accepted_shops().filter(pk=offer.merchant_id).first() if offer else None
    if offer is None or shop is None:
        return None
    return _page(offer, shop, 0, at=at)


def _page(
    offer: PublishedOffer, shop: PublishedMerchant, walk: int, *, at: dt.datetime
) -> OfferPage:
    is_on = offer.starts_on <= timezone.localdate(at) <= offer.ends_on and not offer.is_withdrawn
    return OfferPage(offer, shop, str(Rhythm(offer.rhythm).label), is_on, walk)


def code_screen(offer_reference: str, person: User, at: dt.datetime) -> CodeScreen | None:
    """Return a member's newest code of an offer, while it is still recorded here."""
    own = codes_of(person, offer_reference=offer_reference).exclude(voucher_id=None)
    held = own.order_by("-pk").first()
    if held is None or held.voucher_id is None:
        return None
    with schema.in_public():
        voucher = queries.voucher(held.voucher_id)
    if voucher is None:
        return None
    left = voucher.expires_at - at
    return CodeScreen(
        title=voucher.offer.title,
        shop=voucher.offer.merchant.name,
        code=written(voucher.code),
        qr=qr.data_uri(queries.till_url(voucher.code)),
        spelled=" ".join(voucher.code),
        expires_at=voucher.expires_at,
        minutes=max(0, -(-int(left.total_seconds()) // 60)),
        used_at=voucher.used_at,
    )


def codes_of(person: User, **of: Any) -> QuerySet[HeldVoucher]:
    """Return the codes that can still be linked to a member."""
    own = Q(pk=None)
    for salt in OfferSalt.objects.filter(**of):
        own |= Q(salt=salt, pseudonym=rules.pseudonym(bytes(salt.key), person.pk))
    return HeldVoucher.objects.filter(own)


def held_codes() -> list[HeldVoucher]:
    """Hold the codes of members here that may be used or over by now."""
    rows = HeldVoucher.objects.exclude(voucher_id=None).order_by("pk")
    return list(rows.select_for_update()[:MOST_HELD])


def personal_data(person: User) -> list[PersonalTable]:
    """Return the merchants' offers with a code of this member, while it is still recorded."""
    return [
        table(
            "codes",
            _("Codes pris chez des commerçants"),
            codes_of(person),
            *("salt__offer_reference", "salt__period", "salt__ends_on"),
        )
    ]
