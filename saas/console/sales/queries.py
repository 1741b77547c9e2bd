"""Places sold against capacity by space, slot and day, with the reach of each space."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, Sum

from saas.catalogue.merchants.models import Category, Merchant
from saas.catalogue.placements.models import Campaign, Flight, FlightDay, PartOfDay, slots
from saas.catalogue.placements.queries.places import occupancy
from saas.catalogue.placements.queries.refusals import has_left
from saas.catalogue.placements.rules.campaigns import today
from saas.catalogue.placements.rules.places import Occupancy
from saas.kernel.search.sorting import SortKey
from tenants.spaces.models import SpaceStanding, Tenant
from tenants.spaces.queries.reach import Reach, reach_of

SPACES_ON_A_PAGE = 10
DAYS = 14
FARTHEST_DAYS = 730
VIEWED_WITHIN = dt.timedelta(days=30)
_PARTS = (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.AFTERNOON)


class DayCell(NamedTuple):
    """Places of a slot on a day: sold, and how many there are; None without a limit."""

    day: dt.date
    sold: int
    most: int | None

    @property
    def is_full(self) -> bool:
        """Return True if every place is sold."""
        return self.most is not None and 0 < self.most <= self.sold


class SlotRow(NamedTuple):
    """Slot of a space over some days."""

    words: str
    cells: list[DayCell]


class SpaceCapacity(NamedTuple):
    """Space with its reach, its views of the last month, and its slots over some days."""

    tenant: Tenant
    reach: Reach
    views: int
    clicks: int
    rows: list[SlotRow]


class CategoryRow(NamedTuple):
    """Category of shops: published shops, and those with a campaign that runs."""

    words: str
    shops: int
    advertisers: int


def first_day(text: str, *, at: dt.datetime) -> dt.date:
    """Return the first day that an address asks for; today for anything unreadable or far away."""
    now = today(at)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return now
    return day if abs((day - now).days) <= FARTHEST_DAYS else now


def capacity_page(
    words: str, number: str, first: dt.date, *, at: dt.datetime
) -> tuple[list[SpaceCapacity], Page[Any]]:
    """Return a page of the proven spaces with their places over some days."""
    proven = SpaceStanding.State.PROVEN
    found = Tenant.objects.filter(state=Tenant.State.ACTIVE, standing__state=proven)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(slug__icontains=words))
    ordered = found.order_by(SortKey("name"), "pk")
    shown = Paginator(ordered, SPACES_ON_A_PAGE).get_page(number)
    tenants = list(shown.object_list)
    ids = [tenant.pk for tenant in tenants]
    days = [first + dt.timedelta(days=number) for number in range(DAYS)]
    held = occupancy(ids, first, at=at)
    others = _flights_without_limit(ids, days)
    reaches, seen = reach_of(ids), _seen(ids, at=at)
    return [
        SpaceCapacity(
            tenant,
            reaches[tenant.pk],
            *seen.get(tenant.pk, (0, 0)),
            _rows(tenant.pk, days=days, held=held, others=others),
        )
        for tenant in tenants
    ], shown


def categories(*, at: dt.datetime) -> list[CategoryRow]:
    """Return the categories with their shops and advertisers, the largest first."""
    shops: dict[str, int] = {}
    published = Merchant.objects.filter(state=Merchant.State.PUBLISHED)
    for category in published.values_list("category", flat=True):
        shops[category] = shops.get(category, 0) + 1
    running = Campaign.objects.filter(
        state=Campaign.State.PAID, flights__ends_on__gte=today(at)
    ).values("merchant")
    buying: dict[str, int] = {}
    for category in published.filter(pk__in=running).values_list("category", flat=True):
        buying[category] = buying.get(category, 0) + 1
    rows = [
        CategoryRow(str(one.label), shops.get(one.value, 0), buying.get(one.value, 0))
        for one in Category
    ]
    return sorted(rows, key=lambda row: (-row.shops, row.words))


def _flights_without_limit(ids: Sequence[int], days: Sequence[dt.date]) -> list[Flight]:
    """Return the paid flights of these days in slots that have no limit."""
    paid = Flight.objects.filter(
        ~has_left(),
        tenant__in=ids,
        campaign__state=Campaign.State.PAID,
        starts_on__lte=days[-1],
        ends_on__gte=days[0],
    )
    return list(paid.exclude(slot__in=slots.limited()))


def _seen(ids: Sequence[int], *, at: dt.datetime) -> dict[int, tuple[int, int]]:
    """Return the views and clicks of each space in the last month."""
    rows = FlightDay.objects.filter(flight__tenant__in=ids, day__gte=today(at) - VIEWED_WITHIN)
    sums = rows.order_by().values_list("flight__tenant").annotate(Sum("views"), Sum("clicks"))
    return {tenant: (views, clicks) for tenant, views, clicks in sums}


def _rows(
    tenant_id: int, *, days: Sequence[dt.date], held: Occupancy, others: Sequence[Flight]
) -> list[SlotRow]:
    own = [flight for flight in others if flight.tenant_id == tenant_id]
    rows = []
    for slot, terms in slots.SLOTS.items():
        if terms.places:
            cells = [_limited_cell(tenant_id, slot, day, held=held) for day in days]
        else:
            flights = [one for one in own if one.slot == slot]
            cells = [
                DayCell(day, sum(one.starts_on <= day <= one.ends_on for one in flights), None)
                for day in days
            ]
        rows.append(SlotRow(str(terms.label), cells))
    return rows


def _limited_cell(tenant_id: int, slot: str, day: dt.date, *, held: Occupancy) -> DayCell:
    """Return the fullest part of a day: an ad for a whole day takes a place in each part."""
    parts = _PARTS if slots.is_by_screen(slot) else (PartOfDay.ALL,)
    sold = max(
        sum(one.starts_on <= day <= one.ends_on for one in held.taken(tenant_id, slot, part))
        for part in parts
    )
    return DayCell(day, sold, held.most.get((tenant_id, slot), 0))
