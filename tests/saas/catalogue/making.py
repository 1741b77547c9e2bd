"""Shops, services and campaigns for tests, made by the actions that make them for people."""

import datetime as dt
import io
import itertools
from decimal import Decimal
from typing import Any

from PIL import Image

from saas.accounts.models import User
from saas.catalogue.city_services import actions as city
from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.actions import shops
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules.shops import Description, Opening
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.actions import payment
from saas.catalogue.placements.models import Campaign, Slot
from saas.catalogue.placements.rules.campaigns import ALL_DAY_ONCE, Creative, Photo, today
from saas.catalogue.placements.rules.prices import Period
from saas.kernel import schema
from tests.fixtures.people import AT, make_user

GATE = (Decimal("47.390000"), Decimal("0.690000"))
NOON = [Opening(day, dt.time(11), dt.time(14)) for day in range(6)]
_numbers = itertools.count(10)  # beyond the usual number of the street


def described(**columns: Any) -> Description:
    """Return the description of a merchant a few steps north of the north's gate."""
    usual = Description(
        name="Maison Cazal",
        category="bakery",
        description="Pain au levain.",
        phone="01 99 00 12 34",
        website="",
        street="3 rue des Bateliers",
        postcode="37000",
        city="Saint-Avel-sur-Loge",
        latitude=GATE[0] + Decimal("0.001500"),
        longitude=GATE[1],
        legal_name="Maison Cazal SARL",
        siren="732829320",
        vat_number="",
        billing_email="compta@cazal.example",
    )
    return usual._replace(**columns)


def make_merchant(
    name: str = "Maison Cazal", *, published: bool = True, trusted: bool = True, **given: Any
) -> Merchant:
    """Sign a merchant up in public and describe the shop; a trusted shop goes live at once."""
    hours = given.pop("hours", NOON)
    at = given.pop("at", AT)
    with schema.in_public():
        is_new = "owner" in given
        owner = given.pop("owner", None) or make_user(
            "Yves", email=f"yves{next(_numbers)}@cazal.example"
        )
        shown: dict[str, Any] = {"hours": hours, "picture": None, "keeps_picture": True}
        description = described(name=name, **given)
        if "street" not in given and Merchant.objects.filter(street=description.street).exists():
            # A business number at an address is a single shop.
            description = description._replace(street=f"{next(_numbers)} rue des Bateliers")
        merchant = shops.describe(description=description, is_new=is_new, by=owner, at=at, **shown)
        if trusted:
            Merchant.objects.filter(pk=merchant.pk).update(trusted_at=at, seen_at=at)
        return shops.publish(by=owner, at=at) if published else merchant


def describe_again(merchant: Merchant, *, at: dt.datetime = AT, **given: Any) -> Merchant:
    """Describe a shop again as its owner does; its picture stays unless given differently."""
    shown: dict[str, Any] = {"hours": NOON, "picture": None, "keeps_picture": True}
    shown |= {name: given.pop(name) for name in shown if name in given}
    owner = owner_of(merchant)
    return shops.describe(description=described(**given), by=owner, at=at, **shown)


def owner_of(merchant: Merchant) -> User:
    with schema.in_public():
        return User.objects.get(pk=merchant.owner_id)


def make_service(name: str = "Médiathèque", slug: str = "mediatheque", **given: Any) -> CityService:
    columns: dict[str, Any] = {
        "kind": "library",
        "latitude": GATE[0],
        "longitude": GATE[1] + Decimal("0.001"),
    }
    with schema.in_public():
        return city.add_service(slug=slug, name=name, hours=NOON, at=AT, **{**columns, **given})


def draw_up(merchant: Merchant, **given: Any) -> Campaign:
    """Draw up a campaign in the north's feed, for a week from today."""
    at = given.pop("at", AT)
    starts_on = given.pop("starts_on", today(at))
    days = given.pop("days", 7)
    with schema.in_public():
        return placements.draw_up(
            creative=Creative(given.pop("headline", "Formule du midi"), "Un sandwich", "8,90 €"),
            spaces=given.pop("spaces", ["north"]),
            slots=given.pop("slots", [Slot.HOME_FEED]),
            period=Period(starts_on, starts_on + dt.timedelta(days=days - 1)),
            instead_of=given.pop("instead_of", ""),
            timing=given.pop("timing", ALL_DAY_ONCE),
            photo=Photo(given.pop("picture", None)),
            by=owner_of(merchant),
            at=at,
        )


def run_campaign(merchant: Merchant, **given: Any) -> Campaign:
    """Draw up a campaign and let it be paid."""
    campaign = draw_up(merchant, **given)
    with schema.in_public():
        payment.mark_paid(campaign_id=campaign.pk, at=given.get("at", AT))
        return Campaign.objects.get(pk=campaign.pk)


def photo() -> io.BytesIO:
    """A photo as a browser would send it."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "orange").save(out, "JPEG")
    out.name = "photo.jpg"
    out.seek(0)
    return out
