"""Buyers and earners in the drills of money: shops, spaces, councils with their accounts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from billing.councils.actions.accounts import open_account
from billing.councils.settlement.accounts import sync as sync_account
from billing.models import Council, ShareTerms
from billing.stripe.calls.send import make_call
from infra.demo import calling, levers
from infra.drills.inside import spaces
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight, Slot
from saas.catalogue.placements.queries import prices as placements
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Company, Tenant

SHOPS = 24
MORE_SPACES = 2
STAFF = 2


@dataclass(frozen=True)
class Seat:
    """A council of the town: its space, weight and rate.

    Most councils have an account; the share of a single council is billed in its name, with VAT.
    """

    space: str
    company: int
    weight: int
    rate_bp: int
    account: bool = True
    vat: bool = False


SEATS = (
    Seat("north", 0, 300, 4_000),
    Seat("north", 1, 130, 3_000),
    Seat("south", 0, 300, 2_500, vat=True),
    Seat(f"{spaces.PREFIX}0000", 0, 71, 5_000),
    Seat(f"{spaces.PREFIX}0000", 1, 29, 3_333),
    Seat(f"{spaces.PREFIX}0001", 0, 7, 10_000),
    Seat(f"{spaces.PREFIX}0001", 1, 41, 1_250, account=False),
)


@dataclass
class MoneyWorld:
    """The primary keys of the town's objects."""

    shops: list[int] = field(default_factory=list)
    tenants: list[int] = field(default_factory=list)
    councils: list[int] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    staff: list[int] = field(default_factory=list)


def build(
    at: dt.datetime,
    *,
    more_spaces: int = MORE_SPACES,
    with_accounts: bool = True,
    shops: int = SHOPS,
) -> MoneyWorld:
    """Create the town; without accounts Stripe receives no calls."""
    if more_spaces:
        spaces.found(more_spaces, at)
    world = MoneyWorld()
    for seat in SEATS:
        tenant = Tenant.objects.filter(schema_name=seat.space).first()
        if tenant is not None:
            council = _seat(world, seat, tenant, at=at)
            if seat.account and with_accounts:
                world.accounts.append(_account(council, tenant, at))
    world.shops = [_shop(number, at).pk for number in range(shops)]
    world.staff = [_person(f"staff{number}", at).pk for number in range(STAFF)]
    return world


def _seat(world: MoneyWorld, seat: Seat, tenant: Tenant, *, at: dt.datetime) -> Council:
    company = Company.objects.filter(tenant=tenant).order_by("pk")[seat.company : seat.company + 1]
    council = Council.objects.create(
        tenant=tenant,
        company=company.first(),
        name=f"CSE {seat.space} {seat.company}",
        weight=seat.weight,
        legal_personality=seat.account,
        account_state="none" if seat.account else "no_legal_personality",
        is_vat_payer=seat.vat,
        vat_number="FR44732829320" if seat.vat else "",
        self_billing_since=at if seat.vat else None,
        confirmed_until=dt.date(2099, 12, 31),
        treasurer_reference="M-DELPHI",
        secretary_reference="M-SECRET",
        created_at=at,
    )
    ShareTerms.objects.create(
        council=council,
        version=1,
        rate_bp=seat.rate_bp,
        valid_from=at - dt.timedelta(days=1),
        offered_at=at - dt.timedelta(days=1),
        accepted_at=at,
        accepted_by_reference="M-DELPHI",
        accepted_by_name="Delphine Marchal",
        accepted_by_role="treasurer",
    )
    world.councils.append(council.pk)
    if tenant.pk not in world.tenants:
        world.tenants.append(tenant.pk)
    return council


def _account(council: Council, tenant: Tenant, at: dt.datetime) -> str:
    by = SpaceActor(tenant.schema_name, "M-DELPHI", "Delphine Marchal", "treasurer")
    with calling.alone():
        call = open_account(
            council=council, contact_email="cse@drill.example", siren="732829320", by=by, at=at
        )
        make_call(call.pk, at=at)
    account = Council.objects.values_list("stripe_account", flat=True).get(pk=council.pk)
    levers.pull(f"account/{account}/active")
    sync_account(council.pk, at=at)
    return account


def _person(name: str, at: dt.datetime) -> User:
    return User.objects.create(
        email=f"{name}@drill.example", first_name=name, last_name="Drill", created_at=at
    )


def _shop(number: int, at: dt.datetime) -> Merchant:
    owner = _person(f"shop{number}", at)
    return Merchant.objects.create(
        owner=owner,
        slug=f"drill-{number}",
        name=f"Boutique {number}",
        category="bakery",
        state=Merchant.State.PUBLISHED,
        published_at=at,
        trusted_at=at,
        created_at=at,
        legal_name=f"Boutique {number} SARL",
        siren="732829320",
        vat_number="FR44732829320",
        billing_email=owner.email,
        street="3 rue du Four",
        postcode="37000",
        city="Saint-Avel-sur-Loge",
        latitude="47.400000",
        longitude="0.690000",
    )


@dataclass(frozen=True)
class Wish:
    """A shop's intended campaign: its net amount in each space."""

    shop: int
    net_cents: dict[int, int]
    days: int


def draw_up(wishes: Iterable[Wish], at: dt.datetime, *, ahead_days: int = 2) -> list[int]:
    """Draw up many campaigns at once, each with a flight in each of its spaces."""
    drawn, prices = list(wishes), placements.prices_in_force(at)
    starts_on = at.date() + dt.timedelta(days=ahead_days)
    # Each has its own text: a council that refuses an ad refuses all ads with the same text.
    first = Campaign.objects.count() + 1
    campaigns = Campaign.objects.bulk_create(
        Campaign(
            merchant_id=wish.shop,
            price_list=prices,
            headline=f"Formule du midi {number}",
            made_at=at,
        )
        for number, wish in enumerate(drawn, start=first)
    )
    Flight.objects.bulk_create(
        Flight(
            campaign=campaign,
            tenant_id=tenant_id,
            slot=Slot.HOME_FEED,
            starts_on=starts_on,
            ends_on=starts_on + dt.timedelta(days=wish.days - 1),
            reach=430,
            net_cents=cents,
        )
        for campaign, wish in zip(campaigns, drawn, strict=True)
        for tenant_id, cents in wish.net_cents.items()
    )
    return [campaign.pk for campaign in campaigns]
