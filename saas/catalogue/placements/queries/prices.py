"""Prices in force, future prices, and quotes under them."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.shops import closures_of, vat_bp
from saas.catalogue.merchants.rules.closures import NEVER, holiday_on
from saas.catalogue.placements import wording
from saas.catalogue.placements.models import (
    Campaign,
    Flight,
    PartOfDay,
    Price,
    PriceList,
)
from saas.catalogue.placements.models.slots import choices, is_by_screen
from saas.catalogue.placements.queries.places import screens_in
from saas.catalogue.placements.queries.refusals import flights_still_wanted
from saas.catalogue.placements.rules import price_lists as price_list_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused
from tenants.spaces.models import PlannedDeletion, Tenant
from tenants.spaces.queries.reach import reach_of
from tenants.spaces.queries.sites import postcodes_of

SAMPLE_PEOPLE, SAMPLE_DAYS = (80, 430, 1200), (5, 20, 30)
SAMPLE_SCREENS = (1, 3, 8)
MOST_VERSIONS = 50


class Version(NamedTuple):
    """Version of the prices in the history: in force, future or past.

    A version replaced at the very moment of its start was never in force.
    """

    price_list: PriceList
    prices: list[Price]
    is_in_force: bool
    is_ahead: bool
    is_replaced: bool


class Sample(NamedTuple):
    """The price of some days in a space of some people; on screens, of so many screens."""

    people: int
    days: int
    net_cents: int
    gross_cents: int


def prices_in_force(at: dt.datetime) -> PriceList:
    """Return the price list of a moment, with its prices."""
    found = _begun(at).first()
    if found is None:
        raise LookupError("no price list is in force")
    return found


def _begun(at: dt.datetime) -> QuerySet[PriceList]:
    begun = PriceList.objects.filter(valid_from__lte=at).prefetch_related("prices")
    return begun.order_by("-valid_from", "-version")


def prices_before(price_list: PriceList) -> PriceList:
    """Return the prices in force until a version replaces them.

    Versions that start at the same moment are excluded: they were never in force, or were
    withdrawn.
    """
    found = _begun(price_list.valid_from).exclude(valid_from=price_list.valid_from).first()
    if found is None:
        raise LookupError("no price list is in force before this one")
    return found


def prices_of(price_list: PriceList) -> list[price_rules.NewPrice]:
    """Return the prices of a version as input for a new version."""
    return [
        price_rules.NewPrice(
            price.slot, price.day_cents, price.day_per_hundred_cents, price.weekend_bp
        )
        for price in price_list.prices.all()
    ]


def next_prices(at: dt.datetime) -> PriceList | None:
    """Return the prices that will be in force next, where they ask something else."""
    ahead = PriceList.objects.filter(valid_from__gt=at).prefetch_related("prices")
    now = _begun(at).first()
    first = ahead.order_by("valid_from", "-version").first()
    if first is None or (now is not None and price_list_rules.same_prices(first, now)):
        return None
    return first


def versions_of_prices(at: dt.datetime) -> list[Version]:
    """Return every version of the prices, newest first."""
    now = _begun(at).first()
    lists = PriceList.objects.select_related("made_by").prefetch_related("prices")
    newest = dict(PriceList.objects.order_by("version").values_list("valid_from", "version"))
    return [
        Version(
            price_list,
            sorted(price_list.prices.all(), key=lambda price: price.slot),
            is_in_force=now is not None and price_list.pk == now.pk,
            is_ahead=price_list.valid_from > at,
            is_replaced=newest[price_list.valid_from] != price_list.version,
        )
        for price_list in lists[:MOST_VERSIONS]
    ]


def samples_of(price: Price) -> list[Sample]:
    """Return sample amounts of a price for some spaces and days, from a Monday on."""
    monday = dt.date(2024, 1, 1)
    is_on_screens = is_by_screen(price.slot)
    found = []
    for people in SAMPLE_SCREENS if is_on_screens else SAMPLE_PEOPLE:
        for days in SAMPLE_DAYS:
            period = price_rules.Period(monday, monday + dt.timedelta(days=days - 1))
            on = price_rules.OnScreens(people, PartOfDay.ALL) if is_on_screens else None
            net = price_rules.work_out_flight(price, people, period, monthly=False, on=on).net_cents
            found.append(Sample(people, days, net, net + price_rules.vat_of(net)))
    return found


def quote(
    *,
    tenants: Iterable[Tenant],
    slots: Collection[str],
    period: price_rules.Period,
    at: dt.datetime,
    merchant: Merchant | None = None,
    monthly: bool = False,
    day_part: str = PartOfDay.ALL,
) -> price_rules.Quote:
    """Return the price of flights in these spaces and slots under the prices in force."""
    price_list = prices_in_force(at)
    prices = {price.slot: price for price in price_list.prices.all()}
    chosen = list(tenants)
    people = people_counted(price_list, [tenant.pk for tenant in chosen])
    screens = screens_in([tenant.pk for tenant in chosen]) if any(map(is_by_screen, slots)) else {}
    closed = {} if monthly else closed_days_in(chosen, period, merchant)
    tax = vat_bp(merchant, at=at)
    lines = tuple(
        _line(
            tenant,
            prices[slot],
            period=period,
            people=people[tenant.pk],
            monthly=monthly,
            tax=tax,
            on=price_rules.OnScreens(screens.get(tenant.pk, 0), day_part),
            closed_days=closed.get(tenant.pk, ()),
        )
        for tenant in chosen
        for slot in sorted(set(slots))
        if slot in prices
    )
    return price_rules.Quote(lines, price_list.version, tax, monthly)


def people_counted(price_list: PriceList, tenant_ids: list[int]) -> dict[int, int]:
    """Return the people of each space that a version of the prices counts."""
    reaches = reach_of(tenant_ids)
    if price_list.basis == PriceList.Basis.HEADS:
        return {tenant_id: reach.heads for tenant_id, reach in reaches.items()}
    return {tenant_id: reach.members for tenant_id, reach in reaches.items()}


def closed_days_in(
    tenants: Iterable[Tenant], period: price_rules.Period, merchant: Merchant | None
) -> dict[int, tuple[dt.date, ...]]:
    """Return by space the days of a period on which the shop or the workplace is closed."""
    shop = closures_of(merchant) if merchant else NEVER
    postcodes = postcodes_of([tenant.pk for tenant in tenants])
    days = [period.starts_on + dt.timedelta(days=count) for count in range(period.days)]
    return {
        tenant_id: tuple(
            day for day in days if shop.reason(day) or _all_shut(day, postcodes_of_space)
        )
        for tenant_id, postcodes_of_space in postcodes.items()
    }


def _all_shut(day: dt.date, postcodes: Collection[str]) -> bool:
    return bool(postcodes) and all(holiday_on(day, postcode) for postcode in postcodes)


def _line(
    tenant: Tenant,
    price: Price,
    *,
    period: price_rules.Period,
    people: int,
    monthly: bool,
    tax: int,
    on: price_rules.OnScreens,
    closed_days: Collection[dt.date] = (),
) -> price_rules.Line:
    closed = tuple(day for day in closed_days if day in period)
    working = price_rules.work_out_flight(
        price, people, period, monthly=monthly, on=on, closed_days=closed
    )
    is_on_screens = is_by_screen(price.slot)
    return price_rules.Line(
        tenant_id=tenant.pk,
        schema_name=tenant.schema_name,
        space=tenant.name,
        slot=price.slot,
        period=period,
        reach=people,
        working=working,
        list_cents=working.net_cents,
        vat_bp=tax,
        monthly=monthly,
        screens=on.screens if is_on_screens else 0,
        day_part=on.day_part if is_on_screens else PartOfDay.ALL,
        closed_days=closed,
    )


def quote_anew(campaign: Campaign, at: dt.datetime) -> price_rules.Quote:
    """Return the price of a month under the prices in force, with the present number of people."""
    price_list = prices_in_force(at)
    prices = {price.slot: price for price in price_list.prices.all()}
    flights = [flight for flight in flights_still_wanted(campaign) if flight.slot in prices]
    people = people_counted(price_list, [flight.tenant_id for flight in flights])
    screens = screens_in(_on_screens(flights))
    tax = vat_bp(campaign.merchant, at=at)
    lines = tuple(
        _line(
            flight.tenant,
            prices[flight.slot],
            period=price_rules.Period(flight.starts_on, flight.ends_on),
            people=people[flight.tenant_id],
            monthly=True,
            tax=tax,
            on=price_rules.OnScreens(screens.get(flight.tenant_id, 0), flight.day_part),
        )
        for flight in flights
    )
    return price_rules.Quote(lines, price_list.version, tax, monthly=True)


def _on_screens(flights: Iterable[Flight]) -> list[int]:
    """Return the spaces of the flights that are charged by the screen."""
    return [flight.tenant_id for flight in flights if is_by_screen(flight.slot)]


def flights_as_lit(campaign: Campaign, flights: Sequence[Flight]) -> list[Flight]:
    """Return a month's flights, unsaved; those on screens are charged for lit screens at most."""
    prices = {price.slot: price for price in campaign.price_list.prices.all()}
    lit = screens_in(_on_screens(flights))
    for flight in flights:
        if lit.get(flight.tenant_id, flight.screens) < flight.screens:
            flight.screens = lit[flight.tenant_id]
            working = price_rules.work_out_flight(
                prices[flight.slot],
                flight.reach,
                price_rules.Period(flight.starts_on, flight.ends_on),
                monthly=True,
                on=price_rules.OnScreens(flight.screens, flight.day_part),
            )
            flight.net_cents = min(working.net_cents, flight.net_cents)
    return list(flights)


def quote_of(campaign_id: int, *, at: dt.datetime) -> price_rules.Quote:
    """Return the price of a campaign as drawn up, with the VAT of a moment."""
    return quote_of_campaign(for_billing(campaign_id), at=at)


def quote_of_campaign(campaign: Campaign, *, at: dt.datetime) -> price_rules.Quote:
    """Return the price of a campaign with prefetched flights, prices and merchant."""
    prices = {price.slot: price for price in campaign.price_list.prices.all()}
    monthly = campaign.rhythm == Campaign.Rhythm.MONTHLY
    tax = vat_bp(campaign.merchant, at=at)
    lines = tuple(
        _line(
            flight.tenant,
            prices.get(flight.slot, Price(slot=flight.slot, day_cents=0, day_per_hundred_cents=0)),
            period=price_rules.Period(flight.starts_on, flight.ends_on),
            people=flight.reach,
            monthly=monthly,
            tax=tax,
            on=price_rules.OnScreens(flight.screens, flight.day_part),
            closed_days=() if monthly else flight.closed_days,
        )._replace(list_cents=flight.net_cents, flight_id=flight.pk)
        for flight in campaign.flights.all()
    )
    return price_rules.Quote(lines, campaign.price_list.version, tax, monthly)


def for_billing(campaign_id: int) -> Campaign:
    """Return a campaign with its merchant, its price list, its flights and their spaces."""
    return complete().get(pk=campaign_id)


def complete() -> QuerySet[Campaign]:
    """Return campaigns with all that a price or a page asks of them."""
    flights = Flight.objects.select_related("tenant")
    return Campaign.objects.select_related("merchant__owner", "price_list").prefetch_related(
        "price_list__prices", Prefetch("flights", flights)
    )


def check_is_sold(campaign: Campaign) -> None:
    """Raise Refused if a space of the campaign is unproven, ends, or has too few active members."""
    tenants = {flight.tenant_id: flight.tenant.name for flight in campaign.flights.all()}
    planned = PlannedDeletion.objects.filter(tenant__in=tenants, confirmed_at__isnull=False)
    ending = planned.select_related("tenant").first()
    if ending is not None:
        raise Refused(wording.space_ends(ending.tenant.name))
    for tenant_id, reach in reach_of(list(tenants)).items():
        if not reach.sells:
            raise Refused(wording.not_sold(tenants[tenant_id], is_proven=reach.is_proven))


def price_lines(at: dt.datetime) -> list[tuple[str, str]]:
    """Return each slot with the sentence on its price."""
    by_slot = {price.slot: price for price in prices_in_force(at).prices.all()}
    by_hundred = _("%(slot)s\u00a0: %(day)s par jour, plus %(more)s pour 100 membres actifs")
    by_screen = _("%(slot)s\u00a0: %(day)s par jour, plus %(more)s par écran")
    return [
        (
            value,
            (by_screen if is_by_screen(value) else by_hundred)
            % {
                "slot": label,
                "day": eur(by_slot[value].day_cents),
                "more": eur(by_slot[value].day_per_hundred_cents),
            },
        )
        for value, label in choices()
        if value in by_slot
    ]
