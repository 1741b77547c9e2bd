"""Places around the gates of this space."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.city_services import queries as city
from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.models import Category, PublishedMerchant
from saas.catalogue.merchants.queries import shops as merchants
from saas.catalogue.merchants.rules.closures import Closures
from saas.catalogue.merchants.rules.shops import Opening, is_open_during, opening_at
from saas.catalogue.merchants.wording.hours import (
    closure_notes,
    opening_in_words,
    week_in_words,
)
from saas.catalogue.offers.models import PublishedOffer
from saas.catalogue.offers.queries import open_offers
from saas.catalogue.placements.models import Slot
from saas.kernel.display import walking
from saas.kernel.hooks import Sponsored
from saas.kernel.search.sorting import sort_key
from saas.kernel.uploads import pictures
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.queries import marks
from tenants.community.neighbourhood.queries.gates import GateWithBreak, gates_here
from tenants.community.neighbourhood.queries.live import in_slot
from tenants.community.neighbourhood.queries.mapped import CITY, Spot, map_of
from tenants.community.neighbourhood.queries.placed import cards_of
from tenants.community.neighbourhood.queries.shops import accepted_shops
from tenants.spaces.rules.walks import walking_minutes

FOLLOWED = "followed"
NOW, BREAK = "now", "break"


class Filters(NamedTuple):
    """The filters that a member asked for."""

    sort: str
    when: str
    view: str = ""

    @property
    def url(self) -> str:
        """The address that asks for it, which can be kept and shared."""
        query = urlencode({name: value for name, value in self._asdict().items() if value})
        home = reverse("neighbourhood:home")
        return f"{home}?{query}" if query else home


@dataclass(frozen=True, slots=True)
class Choice:
    """A chip of the filters."""

    url: str
    text: str
    symbol: str
    current: bool
    count: int


class Around(NamedTuple):
    """The page of the neighbourhood."""

    spots: list[Spot]
    sorts: list[Choice]
    times: list[Choice]
    map: walking.WalkingMap
    total: int
    placed: list[Sponsored]

    @property
    def first(self) -> list[Spot]:
        """The rows before a placement: it is never first."""
        return self.spots[: rules.BEFORE_A_PLACEMENT]

    @property
    def rest(self) -> list[Spot]:
        """The rows after it."""
        return self.spots[rules.BEFORE_A_PLACEMENT :]


class Walk(NamedTuple):
    """The walking time from a gate to a place."""

    gate: str
    minutes: int


class Page(NamedTuple):
    """A merchant or a service in full."""

    spot: Spot
    place: PublishedMerchant | CityService
    walks: list[Walk]
    week: list[tuple[str, str]]
    closures: list[str]
    report_url: str = ""
    offers: list[PublishedOffer] = []
    reference: str = ""
    is_of_openstreetmap: bool = False


def spots(gates: Sequence[GateWithBreak], placed: Collection[int], at: dt.datetime) -> list[Spot]:
    """Return everything within a quarter of an hour on foot, nearest first."""
    if not gates:
        return []
    points = [gate.point for gate in gates]
    shops = list(accepted_shops().filter(cell__in=rules.cells_around(points)))
    hours = merchants.hours_of([shop.pk for shop in shops])
    services = city.between(**rules.box_around(points)._asdict())
    found = [
        *(_shop(shop, hours[shop.pk], gates, at=at, sponsored=shop.pk in placed) for shop in shops),
        *(_service(service, gates, at=at) for service in services),
    ]
    near = (spot for spot in found if spot.minutes <= rules.WITHIN_MINUTES)
    return sorted(near, key=lambda spot: (spot.minutes, sort_key(spot.name)))


def _shop(
    shop: PublishedMerchant,
    openings: Collection[Opening],
    gates: Sequence[GateWithBreak],
    *,
    at: dt.datetime,
    sponsored: bool,
) -> Spot:
    return _spot(
        shop,
        openings,
        gates,
        at=at,
        closures=merchants.closures_of(shop),
        sort=shop.category,
        kind=str(Category(shop.category).label),
        symbol=rules.SYMBOLS[Category(shop.category)],
        url=reverse("neighbourhood:merchant", args=[shop.slug]),
        picture=pictures.address("neighbourhood:picture", shop.picture, 480),
        sponsored=sponsored,
        reference=shop.reference,
    )


def _service(service: CityService, gates: Sequence[GateWithBreak], *, at: dt.datetime) -> Spot:
    return _spot(
        service,
        city.openings_of(service),
        gates,
        at=at,
        closures=city.closures_of(service),
        sort=CITY,
        kind=str(CityService.Kind(service.kind).label),
        symbol=rules.CITY_SYMBOLS[CityService.Kind(service.kind)],
        url=reverse("neighbourhood:service", args=[service.slug]),
        picture="",
        sponsored=False,
    )


def _spot(
    place: PublishedMerchant | CityService,
    openings: Collection[Opening],
    gates: Sequence[GateWithBreak],
    *,
    at: dt.datetime,
    closures: Closures,
    **looks: Any,
) -> Spot:
    point = (float(place.latitude), float(place.longitude))
    gate = min(gates, key=lambda each: walking_minutes(point, [each.point]))
    now = timezone.localtime(at)
    open_state = opening_at(openings, now, closures)
    return Spot(
        slug=place.slug,
        name=place.name,
        words=f"{place.name} {looks['kind']} {place.description}",
        point=point,
        gate=gate,
        minutes=walking_minutes(point, [gate.point]),
        open=open_state.open,
        opening=opening_in_words(open_state, now),
        at_break=is_open_during(
            openings,
            day=now.date(),
            starts=gate.break_starts,
            ends=gate.break_ends,
            closures=closures,
        ),
        **looks,
    )


def around(filters: Filters, person: User, at: dt.datetime) -> Around:
    """Return the neighbourhood for the given filters, with the map and placements."""
    gates, flights = gates_here(), in_slot(Slot.NEIGHBOURHOOD, person, at)
    everything = spots(gates, {flight.merchant_id for flight in flights}, at)
    followed = marks.followed_by(person)
    timely = [spot for spot in everything if _is_timely(spot, filters.when)]
    shown = [spot for spot in timely if _is_of(spot, filters.sort, followed)]
    return Around(
        spots=_recommended(shown),
        sorts=_sorts(timely, filters, followed),
        times=_times(filters),
        map=map_of(shown),
        total=len(everything),
        placed=cards_of(flights, gates, slot=Slot.NEIGHBOURHOOD, at=at),
    )


def _is_of(spot: Spot, sort: str, followed: Collection[str]) -> bool:
    return spot.reference in followed if sort == FOLLOWED else sort in {"", spot.sort}


def _recommended(shown: Sequence[Spot]) -> list[Spot]:
    """Return places with the number of members who recommend them."""
    counts = marks.counts_of([spot.reference for spot in shown if spot.reference])
    return [spot._replace(recommended=counts.get(spot.reference, 0)) for spot in shown]


def _is_timely(spot: Spot, when: str) -> bool:
    return {NOW: spot.open, BREAK: spot.at_break}.get(when, True)


def _sorts(timely: Sequence[Spot], filters: Filters, followed: Collection[str]) -> list[Choice]:
    counts = Counter(spot.sort for spot in timely)
    total = counts.total()
    counts[FOLLOWED] = sum(spot.reference in followed for spot in timely)
    names = {"": _("Tout"), FOLLOWED: _("Suivis"), **dict(Category.choices)}
    names[CITY] = _("Services de la ville")
    return [
        Choice(
            url=filters._replace(sort=sort).url,
            text=str(name),
            symbol="",
            current=filters.sort == sort,
            count=counts[sort] if sort else total,
        )
        for sort, name in names.items()
        if not sort or counts[sort] or sort == filters.sort
    ]


def _times(filters: Filters) -> list[Choice]:
    names = {BREAK: _("Ouvert à ma pause"), NOW: _("Ouvert maintenant")}
    return [
        Choice(
            url=filters._replace(when="" if filters.when == when else when).url,
            text=name,
            symbol="clock",
            current=filters.when == when,
            count=0,
        )
        for when, name in names.items()
    ]


def shop_page(slug: str, at: dt.datetime) -> Page | None:
    """Return the page of a merchant; nothing when it is not published."""
    shop = accepted_shops().filter(slug=slug).first()
    if shop is None:
        return None
    gates = gates_here()
    openings = merchants.hours_of([shop.pk])[shop.pk]
    spot = _shop(shop, openings, gates, at=at, sponsored=False)
    found = _page(
        spot._replace(picture=_large(shop.picture)),
        shop,
        gates,
        week=week_in_words(openings),
        closures=closure_notes(merchants.closures_of(shop), timezone.localdate(at)),
    )
    return found._replace(
        report_url=reverse("neighbourhood:report", args=[shop.reference]),
        reference=shop.reference,
        offers=open_offers([shop.pk], today=timezone.localdate(at)),
    )


def service_page(slug: str, at: dt.datetime) -> Page | None:
    """Return the page of a service of the city."""
    service = city.service_at(slug)
    if service is None:
        return None
    gates = gates_here()
    spot = _service(service, gates, at=at)
    shown = _page(
        spot,
        service,
        gates,
        week=week_in_words(city.openings_of(service)),
        closures=closure_notes(city.closures_of(service), timezone.localdate(at)),
    )
    return shown._replace(is_of_openstreetmap=service.is_of_openstreetmap)


def _page(
    spot: Spot,
    place: PublishedMerchant | CityService,
    gates: Sequence[GateWithBreak],
    *,
    week: list[tuple[str, str]],
    closures: list[str],
) -> Page:
    walks = [Walk(gate.name, walking_minutes(spot.point, [gate.point])) for gate in gates]
    nearest_first = sorted(walks, key=lambda walk: walk.minutes)
    return Page(spot, place, nearest_first, week, closures)


def _large(picture: str) -> str:
    return pictures.address("neighbourhood:picture", picture, 960)
