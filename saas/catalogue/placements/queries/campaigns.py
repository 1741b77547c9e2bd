"""Queries of the desk, billing and jobs about campaigns and their flights."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.team import run_by
from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.queries.prices import check_is_sold, complete, prices_in_force
from saas.catalogue.placements.queries.refusals import (
    departures_of,
    flights_still_wanted,
    has_left,
    refusals_for,
    refusals_of,
    sentences_of,
)
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.catalogue.placements.rules import refusals as refusal_rules
from saas.geocoding import streets
from saas.kernel.display import qr
from saas.kernel.display.walking import Place, WalkingMap, bearing, walking_map
from saas.kernel.display.writing import LONG_ON_WALL, few_words, num, shown_count
from saas.kernel.errors import Refused
from saas.kernel.offers import catalogue_hooks
from saas.kernel.offers.catalogue_hooks import Underway
from saas.kernel.uploads import pictures
from saas.kernel.values.points import metres
from tenants.spaces import hosts
from tenants.spaces.models import Gate, Tenant
from tenants.spaces.queries.foundings import NearbySpace, spaces_near
from tenants.spaces.rules.walks import reach_metres


class Reach(NamedTuple):
    """The spaces that a shop can be seen in, where they lie around it, and why not in others."""

    spaces: list[NearbySpace]
    map: WalkingMap
    refused: list[str] = []


class Need(NamedTuple):
    """Something that waits for the merchant."""

    symbol: str
    text: str
    url: str
    action: str


class Stat(NamedTuple):
    """Figure on the merchant's desk."""

    title: str
    value: str
    note: str


class Row(NamedTuple):
    """Campaign as shown in lists; `shut` names its closed spaces."""

    campaign: Campaign
    period: price_rules.Period | None
    places: str
    words: str
    tone: str
    underway: Underway | None = None
    shut: str = ""


class DeskOverview(NamedTuple):
    """The first page of the desk."""

    needs: list[Need]
    stats: list[Stat]
    campaigns: list[Row]


def reach_of(merchant: Merchant) -> Reach:
    """Return the spaces within a quarter of an hour on foot, and a map of them."""
    here = (float(merchant.latitude), float(merchant.longitude))
    near = spaces_near(*here, campaign_rules.REACH_MINUTES)
    refusals = refusals_for(merchant, [space.tenant.pk for space in near])
    wanted = [space for space in near if space.tenant.pk not in refusals]
    spaces = [space for space in wanted if space.reach.sells]
    quiet = [wording.too_few_members(space.tenant.name) for space in wanted if space not in spaces]
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
            drawn_at=metres(here, nearest[space.tenant.pk]) / reach_metres(1),
        )
        for space in spaces
    ]
    plan = walking_map(places, gate=merchant.name)
    plan = streets.under_pins(plan, here, metres_a_minute=reach_metres(1))
    return Reach(spaces, plan, [*sentences_of(refusals.values()), *quiet])


def of_merchant(merchant: Merchant | None, reference: str) -> Campaign | None:
    """Return a campaign of a merchant; nothing when it is another's."""
    if merchant is None:
        return None
    return complete().filter(merchant=merchant, reference=reference).first()


def of_person(person: User, reference: str) -> Campaign | None:
    """Return a campaign of any shop that a person runs."""
    return complete().filter(merchant__in=run_by(person), reference=reference).first()


def draft_to_replace(former: Campaign | None) -> Campaign | None:
    """Return a draft that may be replaced, or None, also while its payment is in progress."""
    if former is None or former.state != Campaign.State.DRAFT:
        return None
    return None if any(catalogue_hooks.underway.ask([former.pk])) else former


def period_of(campaign: Campaign) -> price_rules.Period | None:
    """Return from when to when a campaign's flights run."""
    flights = campaign.flights.all()
    if not flights:
        return None
    return price_rules.Period(
        min(flight.starts_on for flight in flights), max(flight.ends_on for flight in flights)
    )


def flights_that_go_on(campaign: Campaign) -> list[Flight]:
    """Return the flights that may be repeated: their shop is public, their space wants them."""
    if campaign.merchant.state != Merchant.State.PUBLISHED:
        return []
    return flights_still_wanted(campaign)


def can_go_on(campaign_id: int) -> bool:
    """Return True if another month of a campaign could run in some space."""
    return bool(flights_that_go_on(complete().get(pk=campaign_id)))


def dropped_spaces(campaign: Campaign) -> list[str]:
    """Return the spaces of the month before that this month left, wholly or in a slot."""
    if campaign.follows_id is None:
        return []
    here = {(flight.tenant_id, flight.slot) for flight in campaign.flights.all()}
    spaces = {tenant_id for tenant_id, _slot in here}
    before = complete().get(pk=campaign.follows_id).flights.all()
    gone = [flight for flight in before if (flight.tenant_id, flight.slot) not in here]
    return sorted(
        {
            f"{flight.tenant.name} ({flight.get_slot_display()})"
            if flight.tenant_id in spaces
            else flight.tenant.name
            for flight in gone
        }
    )


def row_of(campaign: Campaign, day: dt.date) -> Row:
    """Return a campaign as lists show it."""
    return rows_of([campaign], day)[0]


def rows_of(campaigns: Sequence[Campaign], day: dt.date) -> list[Row]:
    """Return the rows of campaigns for lists, with the payment in progress, if any."""
    drafts = [one.pk for one in campaigns if one.state == Campaign.State.DRAFT]
    underway = catalogue_hooks.underway.merge(drafts) if drafts else {}
    return [_row(campaign, underway.get(campaign.pk), day) for campaign in campaigns]


def _row(campaign: Campaign, underway: Underway | None, day: dt.date) -> Row:
    period = period_of(campaign)
    words, tone = wording.standing(campaign, period, day=day)
    names = dict.fromkeys(flight.tenant.name for flight in campaign.flights.all())
    if underway:
        words = underway.words
    shut = shut_spaces(campaign, day)
    if shut and not any(campaign_rules.is_open(flight) for flight in campaign.flights.all()):
        words, tone = wording.stands_still()
    sentence = wording.is_shut(campaign, shut) if shut else ""
    return Row(campaign, period, ", ".join(names), words, tone, underway, sentence)


def shut_spaces(campaign: Campaign, day: dt.date) -> list[str]:
    """Return names of closed spaces with days left of a paid campaign (flights prefetched).

    Spaces and slots that it had already left are excluded: those days have been refunded.
    """
    closed = [
        flight
        for flight in campaign.flights.all()
        if flight.ends_on >= day and not campaign_rules.is_open(flight)
    ]
    if not closed or campaign.state != Campaign.State.PAID:
        return []
    left = departures_of(campaign.pk)
    return sorted({flight.tenant.name for flight in closed if flight.pk not in left})


def campaigns_of(merchant: Merchant | None, at: dt.datetime) -> list[Row]:
    """Return a merchant's campaigns, newest first, without drafts that were put away."""
    if merchant is None:
        return []
    lasting = Q(replaced_at=None, withdrawn_at=None) | ~Q(state=Campaign.State.DRAFT)
    found = complete().filter(lasting, merchant=merchant)[:100]
    return rows_of(list(found), campaign_rules.today(at))


def desk_overview(merchant: Merchant | None, at: dt.datetime) -> DeskOverview:
    """Return the merchant's to-do items, the figures of running campaigns, and the list."""
    rows = campaigns_of(merchant, at)
    day = campaign_rules.today(at)
    return DeskOverview(_needs(merchant, rows, day), _stats(rows, day), rows)


def _needs(merchant: Merchant | None, rows: list[Row], day: dt.date) -> list[Need]:
    url = reverse("merchants:shop")
    needs = []
    if merchant is not None and merchant.state == Merchant.State.BLOCKED:
        action = _("Voir ma page")
        text = wording.page_is_blocked()
        needs.append(Need(symbol="triangle-alert", text=text, url=url, action=action))
    if merchant is not None and (words := wording.page_is_reviewed(merchant)):
        needs.append(Need(symbol="clock", text=words, url=url, action=_("Voir ma page")))
    if merchant is not None and merchant.state == Merchant.State.DRAFT:
        action = _("Compléter ma page")
        needs.append(Need(symbol="store", text=wording.page_waits(), url=url, action=action))
    return needs + [need for row in rows if (need := _need_of(row, day))]


def _need_of(row: Row, day: dt.date) -> Need | None:
    """Return the to-do item of a campaign for its merchant, or None."""
    url = row.campaign.get_absolute_url()
    if row.underway:
        text = f"{wording.debit_underway(row.campaign)} {row.underway.text}"
        return Need(symbol="clock", text=text, url=row.underway.url, action=_("Voir la commande"))
    if row.campaign.state == Campaign.State.DRAFT:
        text = wording.waits_for_payment(row.campaign)
        return Need(symbol="credit-card", text=text, url=url, action=_("Voir et payer"))
    if row.shut:
        action = _("Voir la campagne")
        return Need(symbol="triangle-alert", text=row.shut, url=url, action=action)
    if _ends_soon(row, day):
        again = f"{reverse('placements:new')}?from={row.campaign.reference}"
        text = wording.ends_soon(row.campaign)
        return Need(symbol="clock", text=text, url=again, action=_("Recommencer"))
    return None


def _ends_soon(row: Row, day: dt.date) -> bool:
    """Return True if a campaign is in its last days; a monthly campaign renews itself."""
    if row.period is None or row.campaign.state != Campaign.State.PAID:
        return False
    if row.campaign.rhythm == Campaign.Rhythm.MONTHLY:
        return False
    return day <= row.period.ends_on < day + dt.timedelta(days=campaign_rules.ENDING_DAYS)


def _stats(rows: list[Row], day: dt.date) -> list[Stat]:
    flights = [
        flight
        for row in rows
        if row.campaign.state == Campaign.State.PAID
        for flight in row.campaign.flights.all()
        if campaign_rules.is_running(flight, day)
    ]
    if not flights:
        return []
    counted = Flight.objects.filter(pk__in=[flight.pk for flight in flights]).aggregate(
        views=Sum("days__views", default=0),
        clicks=Sum("days__clicks", default=0),
        spaces=Count(
            "tenant", filter=~has_left() & Q(tenant__state=Tenant.State.ACTIVE), distinct=True
        ),
    )
    left = max((flight.ends_on - day).days + 1 for flight in flights)
    return [
        Stat(_("Vues"), shown_count(counted["views"]), _("depuis le début")),
        Stat(_("Clics"), shown_count(counted["clicks"]), _("depuis le début")),
        Stat(_("Espaces"), num(counted["spaces"]), _("où l’annonce passe")),
        Stat(_("Encore"), price_rules.days_in_words(left), _("avant la fin")),
    ]


def flights_of_space(schema_name: str, references: Collection[str]) -> dict[str, Flight]:
    """Return those of some flights that belong to a space, by reference."""
    found = Flight.objects.filter(tenant__schema_name=schema_name, reference__in=references)
    return {flight.reference: flight for flight in found}


def paid_for_closed_spaces(at: dt.datetime) -> QuerySet[Campaign]:
    """Return the campaigns that have days left in a closed space, with `closed_at` of the first."""
    flights = Flight.objects.filter(
        ~has_left(),
        campaign=OuterRef("pk"),
        ends_on__gte=campaign_rules.today(at),
        tenant__closed_at__isnull=False,
    )
    first = flights.order_by("tenant__closed_at").values("tenant__closed_at")[:1]
    paid = Campaign.objects.filter(state=Campaign.State.PAID).annotate(closed_at=Subquery(first))
    return paid.filter(closed_at__isnull=False)


def paused_in(tenant_id: int, *, closed_at: dt.datetime) -> list[int]:
    """Return the campaigns, paid once, that have days in a space after it was closed."""
    flights = Flight.objects.filter(
        ~has_left(),
        tenant=tenant_id,
        ends_on__gte=closed_at.date(),
        campaign__state=Campaign.State.PAID,
        campaign__rhythm=Campaign.Rhythm.ONCE,
        campaign__paused_at=None,  # it gets its days back when its merchant lets it go on
    )
    return list(flights.order_by("campaign_id").values_list("campaign_id", flat=True).distinct())


def obstacle_to_paying(campaign: Campaign, at: dt.datetime) -> str:
    """Return why a draft can no longer be paid as it is; nothing when it can."""
    period, price_list = period_of(campaign), prices_in_force(at)
    try:
        campaign_rules.check_payable(
            campaign, period, day=campaign_rules.today(at), price_list=price_list
        )
        refusal_rules.check_not_refused(sentences_of(refusals_of(campaign).values()))
        check_is_sold(campaign)
    except Refused as refusal:
        return refusal.sentence
    return ""


def stored_picture(campaign: Campaign | None) -> list[dict[str, str]]:
    """Return a campaign's picture as a file entry of the form's upload field."""
    if campaign is None or not campaign.picture:
        return []
    url = pictures.address("merchants:picture", campaign.picture, 480)
    return [{"url": url, "name": campaign.headline, "ref": campaign.reference}]


def tile_of(campaign: Campaign) -> dict[str, Any]:
    """Return the content of a campaign's tile, as its merchant sees it."""
    creative = campaign_rules.Creative(campaign.headline, campaign.text, campaign.offer)
    picture = campaign.picture or campaign.merchant.picture
    return tile(creative, picture=picture, payer=campaign.merchant.name)


def on_wall(
    creative: campaign_rules.Creative, *, merchant: Merchant, reach: Reach, picture: str
) -> dict[str, Any]:
    """Return the content of a wall slide for a creative, for the merchant's preview."""
    title = creative.headline or _("Votre titre")
    minutes = min((space.minutes for space in reach.spaces), default=0)
    words = wording.wall_words(
        creative._replace(headline=few_words(title)), payer=merchant.name, minutes=minutes
    )
    slug = reach.spaces[0].tenant.slug if reach.spaces else ""
    return {
        **words,
        "is_long": len(title) > LONG_ON_WALL,
        "picture": pictures.address("merchants:picture", picture, 960),
        "code": qr.data_uri(hosts.space_url(slug, "/")),
    }


def tile(creative: campaign_rules.Creative, *, picture: str, payer: str) -> dict[str, Any]:
    """Return the content of a tile on the merchant's desk."""
    return {
        **campaign_rules.tile_words(creative),
        "payer": payer,
        "picture": pictures.address("merchants:picture", picture, 480),
    }
