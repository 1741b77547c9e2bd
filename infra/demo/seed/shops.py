"""The demo's merchants and city services."""

import datetime as dt
from pathlib import Path

from django.contrib.auth.hashers import make_password

from infra.demo.pictures import art
from infra.demo.seed.rows.shops import SERVICES, SHOPS, Shop
from infra.demo.seed.world import CITY, PASSWORD, POSTCODE, place
from saas.accounts.models import User
from saas.catalogue.city_services.actions import add_service
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.actions.public_page import open_page
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.rules import shops as rules
from saas.geocoding import actions as addresses
from saas.kernel import schema
from tenants.spaces.rules.slugs import slug_of

PICTURE_WIDTH = 1000
# The town's streets, in the columns of the French address base.
ADDRESSES = Path(__file__).parents[1] / "adresses.csv"
STREETS = Path(__file__).parents[1] / "rues.geojson"


def open_all(at: dt.datetime) -> dict[str, Merchant]:
    """Open every shop and service; return the shops by name."""
    with schema.in_public():
        addresses.load(path=ADDRESSES, at=at)
        addresses.load_streets(path=STREETS, source="Plan fictif de Saint-Avel-sur-Loge", at=at)
        password = make_password(PASSWORD)
        for service in SERVICES:
            where = place(service.bearing, service.minutes)
            add_service(
                slug=service.slug,
                hours=openings(service.hours),
                at=at,
                name=service.name,
                kind=service.kind,
                description=service.text,
                street=service.street,
                postcode=POSTCODE,
                city=CITY,
                **where,
            )
        return {shop.name: _open(shop, password, at) for shop in SHOPS}


def _open(shop: Shop, password: str, at: dt.datetime) -> Merchant:
    owner = describe(shop, password, at)
    # Half a year is played before an operator is hired: these merchants are known already.
    Merchant.objects.filter(owner=owner).update(trusted_at=at, seen_at=at)
    merchant = actions.publish(by=owner, at=at)
    Merchant.objects.filter(pk=merchant.pk).update(seen_at=at)
    if shop is SHOPS[0]:
        open_page(opens=True, by=owner, at=at)
    return Merchant.objects.get(pk=merchant.pk)


def describe(shop: Shop, password: str, at: dt.datetime) -> User:
    """Sign a merchant up, and describe the shop; return its owner."""
    first_name, last_name = shop.owner
    owner = User.objects.create(
        email=address_of(shop),
        first_name=first_name,
        last_name=last_name,
        password=password,
        created_at=at,
    )
    picture = art.png(shop.art, len(shop.name), PICTURE_WIDTH)
    actions.describe(
        description=_description(shop, owner),
        hours=openings(shop.hours),
        picture=picture,
        keeps_picture=False,
        by=owner,
        at=at,
    )
    return owner


def address_of(shop: Shop) -> str:
    """Return a shop's own address, in a fictional domain."""
    return f"bonjour@{slug_of(shop.name).replace('-', '')}.example"


def _description(shop: Shop, owner: User) -> rules.Description:
    where = place(shop.bearing, shop.minutes)
    return rules.Description(
        name=shop.name,
        category=shop.category,
        description=shop.text,
        phone="01 99 00 12 34",
        website="",
        street=shop.street,
        postcode=POSTCODE,
        city=CITY,
        latitude=where["latitude"],
        longitude=where["longitude"],
        legal_name=f"{shop.name} SARL",
        siren=shop.siren,
        vat_number="",
        billing_email=owner.email,
    )


def openings(text: str) -> list[rules.Opening]:
    """Read `0-4 07:00-12:00 14:00-19:00`: days of the week, then when the doors are open."""
    days, *spans = text.split()
    first, last = days.split("-")
    return [
        rules.Opening(day, *(dt.time.fromisoformat(part) for part in span.split("-")))
        for day in range(int(first), int(last) + 1)
        for span in spans
    ]
