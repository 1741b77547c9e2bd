"""The rows of the catalogue's benches: many shops and campaigns, few of them near a gate."""

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal

from django.db import connection

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight, PriceList
from tenants.spaces.models import Tenant

NEAR, FLIGHTS_IN_NORTH = 60, 12
GATE = (Decimal("47.390000"), Decimal("0.690000"))
AT_ONCE = 5_000
SLUG, HEADLINE = "bench-", "Annonce"
CATEGORIES = ("bakery", "restaurant", "cafe", "grocery", "sport", "bikes", "books", "health")
SLOTS = ("home_feed", "neighbourhood")
_HOURS = """
    INSERT INTO merchants_openinghours (merchant_id, weekday, opens, closes)
    SELECT m.id, d, time '07:00', time '19:00'
    FROM merchants_merchant m, generate_series(0, 5) d
    WHERE NOT EXISTS (SELECT FROM merchants_openinghours h WHERE h.merchant_id = m.id)
"""


def grow(at: dt.datetime, *, merchants: int, spaces: int, campaigns: int) -> None:
    """Add rows until there are so many shops, spaces and campaigns."""
    owner, _is_new = User.objects.get_or_create(
        email="shops@bench.example",
        defaults={"first_name": "C", "last_name": "M", "created_at": at},
    )
    first = Merchant.objects.filter(slug__startswith=SLUG).count()
    rows = (_merchant(number, owner, at) for number in range(first, merchants))
    for batch in itertools.batched(rows, AT_ONCE):
        Merchant.objects.bulk_create(batch)
    _add_spaces(spaces, at)
    _add_campaigns(campaigns, at)
    with connection.cursor() as cursor:
        cursor.execute(_HOURS)
        cursor.execute("ANALYZE merchants_merchant, merchants_openinghours, placements_flight")


def _merchant(number: int, owner: User, at: dt.datetime) -> Merchant:
    latitude, longitude = _pin(number)
    return Merchant(
        slug=f"{SLUG}{number}",
        owner=owner,
        state=Merchant.State.PUBLISHED,
        name=f"Commerce {number}",
        category=CATEGORIES[number % len(CATEGORIES)],
        description="Pain au levain, sandwichs du jour, et un coin pour s’asseoir.",
        street=f"{number} rue des Bateliers",
        postcode="37990",
        city="Saint-Avel-sur-Loge",
        legal_name=f"Commerce {number} SARL",
        siren="732829320",
        billing_email=owner.email,
        latitude=latitude,
        longitude=longitude,
        created_at=at,
        published_at=at,
        trusted_at=at,
    )


def _pin(number: int) -> tuple[Decimal, Decimal]:
    """Return a pin near the gate for the first shops, and in the rest of the country for others."""
    if number < NEAR:
        step = Decimal(number % 8) * Decimal("0.0006")
        return GATE[0] + step, GATE[1] + Decimal(number // 8) * Decimal("0.0006")
    return (
        Decimal("43.5") + Decimal(number * 7919 % 60_000) / 10_000,
        Decimal(-1) + Decimal(number * 104_729 % 70_000) / 10_000,
    )


def _add_spaces(spaces: int, at: dt.datetime) -> None:
    """Add spaces without a schema: nobody enters them."""
    first = Tenant.objects.count()
    Tenant.objects.bulk_create(
        (
            Tenant(
                schema_name=f"t_bench{number}",
                slug=f"bench-{number}",
                name=f"Espace {number}",
                state=Tenant.State.SUSPENDED,
                closed_at=at,
                created_at=at,
            )
            for number in range(first, spaces)
        ),
        batch_size=AT_ONCE,
    )


def _add_campaigns(campaigns: int, at: dt.datetime) -> None:
    north = Tenant.objects.get(schema_name="north")
    others = list(Tenant.objects.exclude(pk=north.pk).order_by("pk"))
    shops = list(Merchant.objects.order_by("pk").values_list("pk", flat=True))
    prices = PriceList.objects.latest("version")
    first = Campaign.objects.filter(headline__startswith=HEADLINE).count()
    made = Campaign.objects.bulk_create(
        (
            Campaign(
                merchant_id=shops[number % len(shops)],
                price_list=prices,
                state=Campaign.State.PAID,
                review=Campaign.Review.APPROVED,
                reviewed_at=at,
                headline=f"{HEADLINE} {number}",
                text="Sandwich, dessert, boisson",
                made_at=at,
                paid_at=at,
            )
            for number in range(first, campaigns)
        ),
        batch_size=AT_ONCE,
    )
    placed = [
        (north if number < FLIGHTS_IN_NORTH else others[number % len(others)], campaign)
        for number, campaign in enumerate(made, start=first)
    ]
    Flight.objects.bulk_create(_flights(placed, at), batch_size=AT_ONCE)


def _flights(placed: list[tuple[Tenant, Campaign]], at: dt.datetime) -> Iterator[Flight]:
    for tenant, campaign in placed:
        for slot in SLOTS:
            yield Flight(
                campaign=campaign,
                tenant=tenant,
                slot=slot,
                starts_on=at.date() - dt.timedelta(days=2),
                ends_on=at.date() + dt.timedelta(days=30),
                reach=430,
                net_cents=10_000,
            )
