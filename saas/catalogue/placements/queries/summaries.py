"""Report of a campaign: totals first, their course over days, each space and slot, its cost."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Sum
from django.utils.translation import gettext as _

from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, Flight, FlightDay, FlightPlay, slots
from saas.catalogue.placements.queries.campaigns import Row, Stat
from saas.catalogue.placements.queries.prices import complete
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel.display.day_charts import DayChart, day_chart
from saas.kernel.display.writing import LEAST_SHOWN, eur, num, shown_count
from saas.kernel.offers import catalogue_hooks
from saas.kernel.offers.catalogue_hooks import CampaignCost, CouncilPart
from saas.kernel.uploads import pictures


class Sums(NamedTuple):
    """Counts of flights; views, clicks and plays are never added together."""

    views: int = 0
    clicks: int = 0
    plays: int = 0
    net_cents: int = 0
    left_cents: int = 0


class PlaceRow(NamedTuple):
    """A flight: its space, its slot, and its figures as the merchant may read them."""

    space: str
    slot: str
    views: str
    clicks: str
    plays: str
    cost: str
    cost_per_click: str


class Course(NamedTuple):
    """Chart of a count over days, and its finding in a sentence."""

    title: str
    chart: DayChart
    sentence: str


class ListedCampaign(NamedTuple):
    """Campaign of a list, with its totals in a line and the address of its picture."""

    row: Row
    totals: str
    picture: str


class PlaceCounts(NamedTuple):
    """Figures of a flight for programs; None for a count that could point to a person."""

    space: str
    slot: str
    views: int | None
    clicks: int | None
    plays: int
    net_cents: int


class Counts(NamedTuple):
    """Figures of a campaign for programs, equal to those of its page."""

    views: int | None
    clicks: int | None
    plays: int
    net_cents: int
    refunded_gross_cents: int
    places: list[PlaceCounts]
    councils: list[CouncilPart]


class Summary(NamedTuple):
    """The upper part of a campaign's report."""

    stats: list[Stat]
    courses: list[Course]
    places: list[PlaceRow]
    councils: list[CouncilPart]


def summary_of(campaign: Campaign) -> Summary:
    """Return the totals of a paid campaign, beside those of the campaign before."""
    flights = list(campaign.flights.all())
    cost = _cost_of(campaign)
    by_flight = _sums_of(flights, cost)
    total = _total(by_flight.values())
    before = _before(campaign)
    return Summary(
        stats=_stats(total, flights, before, refunded_cents=cost.refunded_cents if cost else 0),
        courses=_courses(flights),
        places=_places(flights, by_flight),
        councils=summary_councils(campaign),
    )


def counts_of(campaign: Campaign) -> Counts:
    """Return the figures of a paid campaign for programs."""
    flights, cost = list(campaign.flights.all()), _cost_of(campaign)
    sums = _sums_of(flights, cost)
    rows = [sums[flight.pk] for flight in flights]
    views = _shown_beside([row.views for row in rows])
    clicks = _shown_beside([row.clicks for row in rows])
    total = _total(rows)
    return Counts(
        views=_shown(total.views),
        clicks=_shown(total.clicks),
        plays=total.plays,
        net_cents=total.net_cents,
        refunded_gross_cents=cost.refunded_cents if cost else 0,
        places=[
            PlaceCounts(flight.tenant.name, flight.slot, seen, went, row.plays, row.net_cents)
            for flight, row, seen, went in zip(flights, rows, views, clicks, strict=True)
        ],
        councils=summary_councils(campaign),
    )


def _shown(count: int) -> int | None:
    return count if count >= LEAST_SHOWN else None


def _shown_beside(counts: Sequence[int]) -> list[int | None]:
    """Return counts of places, without those that could point to a person."""
    hidden = withheld(counts)
    return [None if place in hidden else _shown(count) for place, count in enumerate(counts)]


def summary_councils(campaign: Campaign) -> list[CouncilPart]:
    """Return the part of each council in a campaign."""
    return catalogue_hooks.campaign_shares.collect(campaign.reference)


def listed(rows: Sequence[Row]) -> list[ListedCampaign]:
    """Return rows of campaigns with their totals and pictures."""
    totals = totals_of([row.campaign for row in rows])
    return [
        ListedCampaign(row, totals.get(row.campaign.pk, ""), _picture(row.campaign)) for row in rows
    ]


def _picture(campaign: Campaign) -> str:
    """Return the address of a campaign's picture, or of its shop's."""
    name = campaign.picture or campaign.merchant.picture
    return pictures.address("merchants:picture", name, 480) if name else ""


def totals_of(campaigns: Sequence[Campaign]) -> dict[int, str]:
    """Return the totals of campaigns in a line each, in one statement; drafts have none."""
    paid = [one.pk for one in campaigns if one.state != Campaign.State.DRAFT]
    rows = (
        FlightDay.objects.filter(flight__campaign__in=paid)
        .order_by()
        .values("flight__campaign")
        .annotate(views=Sum("views"), clicks=Sum("clicks"))
    )
    return {
        row["flight__campaign"]: _("%(views)s vues · %(clicks)s clics")
        % {"views": shown_count(row["views"]), "clicks": shown_count(row["clicks"])}
        for row in rows
    }


def _cost_of(campaign: Campaign) -> CampaignCost | None:
    """Return the amounts paid for a campaign, or None without a sale."""
    return catalogue_hooks.campaign_cost.first(campaign.reference)


def _sums_of(flights: Collection[Flight], cost: CampaignCost | None) -> dict[int, Sums]:
    """Return the counts of each flight, and its price as paid; the list price without a sale."""
    ids = [flight.pk for flight in flights]
    seen = FlightDay.objects.filter(flight__in=ids).order_by().values("flight")
    counted = {
        row["flight"]: row for row in seen.annotate(views=Sum("views"), clicks=Sum("clicks"))
    }
    played = FlightPlay.objects.filter(flight__in=ids).order_by().values("flight")
    plays = {row["flight"]: row["plays"] for row in played.annotate(plays=Sum("plays"))}
    nothing = {"views": 0, "clicks": 0}
    return {
        flight.pk: Sums(
            counted.get(flight.pk, nothing)["views"],
            counted.get(flight.pk, nothing)["clicks"],
            plays.get(flight.pk, 0),
            *_prices_of(flight, cost),
        )
        for flight in flights
    }


def _prices_of(flight: Flight, cost: CampaignCost | None) -> tuple[int, int]:
    """Return the net price of a flight, and the part of it that was not refunded."""
    if cost is None:
        return flight.net_cents, flight.net_cents
    return cost.flights.get(flight.pk, 0), cost.left.get(flight.pk, 0)


def _total(sums: Collection[Sums]) -> Sums:
    return Sums(*(sum(column) for column in zip(*sums, strict=True))) if sums else Sums()


def _before(campaign: Campaign) -> Sums | None:
    """Return the totals of the campaign that the merchant paid before this one."""
    if campaign.paid_at is None:
        return None
    earlier = complete().filter(merchant=campaign.merchant_id, paid_at__lt=campaign.paid_at)
    found = earlier.exclude(pk=campaign.pk).order_by("-paid_at").first()
    return _total(_sums_of(list(found.flights.all()), _cost_of(found)).values()) if found else None


def _stats(
    total: Sums, flights: Sequence[Flight], before: Sums | None, *, refunded_cents: int
) -> list[Stat]:
    """Return the totals; a kind of count stands only if the campaign has a slot that counts it."""
    by_screen = {slots.is_by_screen(flight.slot) for flight in flights}
    stats = []
    if False in by_screen:
        stats += [
            Stat(_("Vues"), shown_count(total.views), _then(before.views if before else None)),
            Stat(_("Clics"), shown_count(total.clicks), _then(before.clicks if before else None)),
        ]
    if True in by_screen:
        plays = num(total.plays)
        stats.append(Stat(_("Passages"), plays, _then(before.plays if before else None)))
    back = _("rendu\u00a0: %(amount)s TTC") % {"amount": eur(refunded_cents)}
    stats.append(Stat(_("Prix HT"), eur(total.net_cents), back if refunded_cents else ""))
    if False in by_screen:
        earlier = _per_click(before) if before else ""
        note = _("avant\u00a0: %(cost)s") % {"cost": earlier} if earlier else _("prix HT ÷ clics")
        stats.append(Stat(_("Prix d’un clic"), _per_click(total) or _("trop peu de clics"), note))
    return stats


def _then(count: int | None) -> str:
    """Return the count of the campaign before as a note."""
    return "" if count is None else _("avant\u00a0: %(count)s") % {"count": shown_count(count)}


def _per_click(sums: Sums) -> str:
    """Return the price of a click, or an empty text if there are too few."""
    if sums.clicks < LEAST_SHOWN:
        return ""
    return eur((sums.left_cents + sums.clicks // 2) // sums.clicks)


def _courses(flights: Sequence[Flight]) -> list[Course]:
    """Return a chart for each kind of count that days have."""
    days = FlightDay.objects.filter(flight__in=[flight.pk for flight in flights])
    rows = days.order_by("day").values("day").annotate(seen=Sum("views"), went=Sum("clicks"))
    found = list(rows)
    courses = [
        _course(_("Vues par jour"), {row["day"]: row["seen"] for row in found}),
        _course(_("Clics par jour"), {row["day"]: row["went"] for row in found}),
    ]
    return [course for course in courses if course]


def _course(title: str, counts: dict[dt.date, int]) -> Course | None:
    chart = day_chart(counts)
    if chart is None:
        return None
    return Course(title, chart, wording.course_of_days(title, chart.top))


def _places(flights: Sequence[Flight], sums: dict[int, Sums]) -> list[PlaceRow]:
    """Return a row for each space and slot; a lone small count hides another beside it."""
    hidden = {
        name: withheld([getattr(sums[flight.pk], name) for flight in flights])
        for name in ("views", "clicks")
    }
    return [
        _place_row(flight, sums[flight.pk], {name for name in hidden if place in hidden[name]})
        for place, flight in enumerate(flights)
    ]


def withheld(counts: Sequence[int]) -> set[int]:
    """Return the places of counts that are not shown.

    A single small count could be worked out from the total and the others: then the smallest of
    these is held back too.
    """
    small = {place for place, count in enumerate(counts) if count < LEAST_SHOWN}
    others = [place for place in range(len(counts)) if place not in small]
    if len(small) == 1 and others and counts[next(iter(small))]:
        small.add(min(others, key=lambda place: counts[place]))
    return small


def _place_row(flight: Flight, sums: Sums, hidden: set[str]) -> PlaceRow:
    is_screen = slots.is_by_screen(flight.slot)
    columns: defaultdict[str, str] = defaultdict(str)
    for name in ("views", "clicks"):
        few = _("trop peu") if getattr(sums, name) >= LEAST_SHOWN else shown_count(0)
        columns[name] = few if name in hidden else shown_count(getattr(sums, name))
    return PlaceRow(
        space=flight.tenant.name,
        slot=price_rules.slot_in_words(flight.slot),
        views="" if is_screen else columns["views"],
        clicks="" if is_screen else columns["clicks"],
        plays=num(sums.plays) if is_screen else "",
        cost=eur(sums.net_cents),
        cost_per_click="" if is_screen or "clicks" in hidden else _per_click(sums),
    )
