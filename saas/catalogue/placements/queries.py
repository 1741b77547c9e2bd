"""What the desk, billing and jobs read of prices, campaigns and their flights."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import rules
from saas.catalogue.placements.models import Campaign, Flight, FlightDay, Price, PriceList, Slot
from saas.kernel import pictures
from saas.kernel.errors import Refused
from saas.kernel.looks.walking import Place, WalkingMap, bearing, walking_map
from saas.kernel.looks.writing import eur, num
from tenants.spaces.models import Gate, Tenant
from tenants.spaces.queries import NearbySpace, head_counts, spaces_near
from tenants.spaces.rules import metres


class Reach(NamedTuple):
    """The spaces that a shop can be seen in, and where they lie around it."""

    spaces: list[NearbySpace]
    map: WalkingMap


class Need(NamedTuple):
    """Something that waits for the merchant."""

    symbol: str
    text: str
    url: str
    action: str


class Stat(NamedTuple):
    """One figure of the desk."""

    title: str
    value: str
    note: str


class Row(NamedTuple):
    """A campaign as lists show it."""

    campaign: Campaign
    period: rules.Period | None
    places: str
    words: str
    tone: str


class Desk(NamedTuple):
    """The first page of the desk."""

    needs: list[Need]
    stats: list[Stat]
    campaigns: list[Row]


class ReportRow(NamedTuple):
    """How often a flight was seen and clicked on a day, as the merchant may read it."""

    day: dt.date
    place: str
    views: str
    clicks: str


def prices_in_force(at: dt.datetime) -> PriceList:
    """Return the price list of a moment, with its prices."""
    begun = PriceList.objects.filter(valid_from__lte=at).prefetch_related("prices")
    found = begun.order_by("-valid_from", "-version").first()
    if found is None:
        raise LookupError("no price list is in force")
    return found


def reach_of(merchant: Merchant) -> Reach:
    """Return the spaces within a quarter of an hour on foot, and a map of them."""
    here = (float(merchant.latitude), float(merchant.longitude))
    spaces = spaces_near(*here, rules.REACH_MINUTES)
    gates = Gate.objects.filter(site__tenant__in=[space.tenant.pk for space in spaces])
    nearest: dict[int, tuple[float, float]] = {}
    for gate in gates.select_related("site"):
        point = (float(gate.latitude), float(gate.longitude))
        known = nearest.get(gate.site.tenant_id, point)
        nearest[gate.site.tenant_id] = min(known, point, key=lambda each: metres(here, each))
    places = [
        Place(
            space.tenant.name,
            space.minutes,
            bearing(origin=here, goal=nearest[space.tenant.pk]),
        )
        for space in spaces
    ]
    return Reach(spaces, walking_map(places, gate=merchant.name))


def quote(
    *, tenants: Iterable[Tenant], slots: Collection[str], period: rules.Period, at: dt.datetime
) -> rules.Quote:
    """Return what flights in these spaces and slots would cost under the prices in force."""
    price_list = prices_in_force(at)
    prices = {price.slot: price for price in price_list.prices.all()}
    chosen = list(tenants)
    heads = head_counts([tenant.pk for tenant in chosen])
    lines = tuple(
        _line(tenant, prices[slot], period=period, heads=heads.get(tenant.pk, 0))
        for tenant in chosen
        for slot in sorted(slots)
    )
    return rules.Quote(lines, sum(line.net_cents for line in lines), price_list.version)


def _line(tenant: Tenant, price: Price, *, period: rules.Period, heads: int) -> rules.Line:
    a_day = rules.day_cents(price, heads)
    return rules.Line(
        tenant_id=tenant.pk,
        schema_name=tenant.schema_name,
        space=tenant.name,
        slot=price.slot,
        slot_name=rules.slot_in_words(price.slot),
        period=period,
        head_count=heads,
        day_cents=a_day,
        net_cents=a_day * period.days,
    )


def quote_of(campaign_id: int) -> rules.Quote:
    """Return what a campaign costs, as it was drawn up."""
    campaign = for_billing(campaign_id)
    lines = tuple(_line_of(flight) for flight in campaign.flights.all())
    net = sum(line.net_cents for line in lines)
    return rules.Quote(lines, net, campaign.price_list.version)


def _line_of(flight: Flight) -> rules.Line:
    period = rules.Period(flight.starts_on, flight.ends_on)
    return rules.Line(
        tenant_id=flight.tenant_id,
        schema_name=flight.tenant.schema_name,
        space=flight.tenant.name,
        slot=flight.slot,
        slot_name=rules.slot_in_words(flight.slot),
        period=period,
        head_count=flight.head_count,
        day_cents=flight.net_cents // period.days,
        net_cents=flight.net_cents,
        flight_id=flight.pk,
    )


def for_billing(campaign_id: int) -> Campaign:
    """Return a campaign with its merchant, its price list, its flights and their spaces."""
    return _complete().get(pk=campaign_id)


def of_merchant(merchant: Merchant | None, reference: str) -> Campaign | None:
    """Return a campaign of a merchant; nothing when it is another's."""
    if merchant is None:
        return None
    return _complete().filter(merchant=merchant, reference=reference).first()


def _complete() -> QuerySet[Campaign]:
    flights = Flight.objects.select_related("tenant")
    return Campaign.objects.select_related("merchant__owner", "price_list").prefetch_related(
        Prefetch("flights", flights)
    )


def period_of(campaign: Campaign) -> rules.Period | None:
    """Return from when to when a campaign's flights run."""
    flights = campaign.flights.all()
    if not flights:
        return None
    return rules.Period(
        min(flight.starts_on for flight in flights), max(flight.ends_on for flight in flights)
    )


def row_of(campaign: Campaign, day: dt.date) -> Row:
    """Return a campaign as lists show it."""
    period = period_of(campaign)
    words, tone = rules.standing(campaign, period, day=day)
    names = dict.fromkeys(flight.tenant.name for flight in campaign.flights.all())
    return Row(campaign, period, ", ".join(names), words, tone)


def campaigns_of(merchant: Merchant | None, at: dt.datetime) -> list[Row]:
    """Return a merchant's campaigns, newest first, without drafts that were replaced."""
    if merchant is None:
        return []
    kept = Q(replaced_at=None) | ~Q(state=Campaign.State.DRAFT)
    found = _complete().filter(kept, merchant=merchant)[:100]
    return [row_of(campaign, rules.today(at)) for campaign in found]


def desk_of(merchant: Merchant | None, at: dt.datetime) -> Desk:
    """Return what needs a merchant first, the figures of what runs, and the list."""
    rows = campaigns_of(merchant, at)
    day = rules.today(at)
    return Desk(_needs(merchant, rows, day), _stats(rows, day), rows)


def _needs(merchant: Merchant | None, rows: list[Row], day: dt.date) -> list[Need]:
    needs = []
    if merchant is not None and merchant.state == Merchant.State.DRAFT:
        text = _("Votre page n’est pas encore publiée : aucun espace ne la voit.")
        needs.append(
            Need(
                symbol="store",
                text=text,
                url=reverse("merchants:shop"),
                action=_("Compléter ma page"),
            )
        )
    for row in rows:
        url = row.campaign.get_absolute_url()
        if row.campaign.state == Campaign.State.DRAFT:
            text = _("« %(title)s » attend son paiement.") % {"title": row.campaign.headline}
            needs.append(Need(symbol="credit-card", text=text, url=url, action=_("Voir et payer")))
        elif _ends_soon(row, day):
            text = _("« %(title)s » se termine bientôt.") % {"title": row.campaign.headline}
            again = f"{reverse('placements:new')}?from={row.campaign.reference}"
            needs.append(Need(symbol="clock", text=text, url=again, action=_("Recommencer")))
    return needs


def _ends_soon(row: Row, day: dt.date) -> bool:
    if row.period is None or row.campaign.state != Campaign.State.PAID:
        return False
    return day <= row.period.ends_on < day + dt.timedelta(days=rules.ENDING_DAYS)


def _stats(rows: list[Row], day: dt.date) -> list[Stat]:
    flights = [
        flight
        for row in rows
        if row.campaign.state == Campaign.State.PAID
        for flight in row.campaign.flights.all()
        if rules.is_running(flight, day)
    ]
    if not flights:
        return []
    counted = FlightDay.objects.filter(flight__in=[flight.pk for flight in flights]).aggregate(
        views=Sum("views", default=0), clicks=Sum("clicks", default=0)
    )
    left = max((flight.ends_on - day).days + 1 for flight in flights)
    spaces = len({flight.tenant_id for flight in flights})
    return [
        Stat(_("Vues"), rules.shown(counted["views"]), _("depuis le début")),
        Stat(_("Clics"), rules.shown(counted["clicks"]), _("depuis le début")),
        Stat(_("Espaces"), num(spaces), _("où l’annonce passe")),
        Stat(_("Encore"), rules.days_in_words(left), _("avant la fin")),
    ]


def report_of(campaign: Campaign) -> list[ReportRow]:
    """Return how often a campaign was seen and clicked, by day and space, newest first."""
    places = {
        flight.pk: f"{flight.tenant.name} · {rules.slot_in_words(flight.slot)}"
        for flight in campaign.flights.all()
    }
    days = FlightDay.objects.filter(flight__in=places).order_by("-day", "flight_id")
    return [
        ReportRow(row.day, places[row.flight_id], rules.shown(row.views), rules.shown(row.clicks))
        for row in days[:400]
    ]


def flights_of_space(schema_name: str, references: Collection[str]) -> dict[str, Flight]:
    """Return those of some flights that belong to a space, by reference."""
    found = Flight.objects.filter(tenant__schema_name=schema_name, reference__in=references)
    return {flight.reference: flight for flight in found}


def price_lines(at: dt.datetime) -> list[tuple[str, str]]:
    """Return each slot with its price in words."""
    by_slot = {price.slot: price for price in prices_in_force(at).prices.all()}
    return [
        (
            value,
            _("%(slot)s : %(day)s par jour, plus %(more)s pour 100 personnes")
            % {
                "slot": label,
                "day": eur(by_slot[value].day_cents),
                "more": eur(by_slot[value].day_per_hundred_cents),
            },
        )
        for value, label in Slot.choices
        if value in by_slot
    ]


def obstacle_to_paying(campaign: Campaign, at: dt.datetime) -> str:
    """Return why a draft can no longer be paid as it is; nothing when it can."""
    period, price_list = period_of(campaign), prices_in_force(at)
    try:
        rules.check_payable(campaign, period, day=rules.today(at), price_list=price_list)
    except Refused as refusal:
        return refusal.sentence
    return ""


def tile_of(campaign: Campaign) -> dict[str, Any]:
    """Return what the tile of a campaign shows, as its merchant sees it."""
    creative = rules.Creative(campaign.headline, campaign.text, campaign.offer)
    picture = campaign.picture or campaign.merchant.picture
    return tile(creative, picture=picture, payer=campaign.merchant.name)


def tile(creative: rules.Creative, *, picture: str, payer: str) -> dict[str, Any]:
    """Return what a tile shows at the desk."""
    return {
        **rules.tile_words(creative),
        "payer": payer,
        "picture": pictures.address("merchants:picture", picture, 480),
    }
