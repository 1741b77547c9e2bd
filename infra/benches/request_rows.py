"""The rows of the request bench: enough of each for the home page to be full."""

import datetime as dt
import itertools

from infra.demo.test_spaces import make_test_spaces
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight, PriceList
from saas.kernel import schema
from saas.kernel.values import legal
from tenants.community.classifieds.models import Classified
from tenants.community.members.models import Profile
from tenants.community.neighbourhood.models import CouncilMonth
from tenants.spaces.models import Tenant

MEMBERS, CLASSIFIEDS, MERCHANTS = 60, 200, 12


def fill(at: dt.datetime, *, plain: bool) -> None:
    """Write the same rows in the space's schema, or in the single schema if `plain`."""
    make_test_spaces(at, only=["north"], with_schema=not plain)
    tenant = Tenant.objects.get(slug="north")
    with schema.inside("north"):
        members = [_add_member(number, at) for number in range(MEMBERS)]
        for number, author in zip(range(CLASSIFIEDS), itertools.cycle(members), strict=False):
            _add_classified(number, author, at)
        CouncilMonth.objects.create(
            month=at.date().replace(day=1),
            campaign_reference="CA-BENCH1",
            merchant_name="Commerce 0",
            brought_cents=4620,
        )
    with schema.in_public():
        for number in range(MERCHANTS):
            _add_merchant(number, tenant, at)


def _add_member(number: int, at: dt.datetime) -> User:
    user = User.objects.create(
        email=f"m{number}@north.example",
        first_name=f"Membre{number}",
        last_name="Martin",
        created_at=at,
    )
    Profile.objects.create(
        user=user, joined_by=Profile.Joined.DOMAIN, joined_at=at, **legal.accepted_at(legal.CGU, at)
    )
    return user


def _add_classified(number: int, author: User, at: dt.datetime) -> None:
    Classified.objects.create(
        kind=Classified.Kind.SELL,
        title=f"Vélo pliant numéro {number}",
        description="Révisé en octobre.",
        price_cents=1000 + number,
        place="Porte Sud",
        author=author,
        created_at=at - dt.timedelta(hours=number),
        expires_at=at + dt.timedelta(days=30),
    )


def _add_merchant(number: int, tenant: Tenant, at: dt.datetime) -> None:
    owner = User.objects.create(
        email=f"shop{number}@bench.example", first_name="C", last_name="M", created_at=at
    )
    merchant = Merchant.objects.create(
        slug=f"commerce-{number}",
        owner=owner,
        state=Merchant.State.PUBLISHED,
        name=f"Commerce {number}",
        category="bakery",
        legal_name=f"Commerce {number} SARL",
        siren="732829320",
        billing_email=owner.email,
        latitude="47.391",
        longitude="0.691",
        created_at=at,
        published_at=at,
        trusted_at=at,
    )
    campaign = Campaign.objects.create(
        merchant=merchant,
        price_list=PriceList.objects.latest("version"),
        state=Campaign.State.PAID,
        review=Campaign.Review.APPROVED,
        reviewed_at=at,
        headline=f"Formule {number}",
        text="Sandwich, dessert, boisson",
        made_at=at,
        paid_at=at,
    )
    Flight.objects.create(
        campaign=campaign,
        tenant=tenant,
        slot="home_feed",
        starts_on=at.date() - dt.timedelta(days=2),
        ends_on=at.date() + dt.timedelta(days=30),
        reach=430,
        net_cents=10000,
    )
