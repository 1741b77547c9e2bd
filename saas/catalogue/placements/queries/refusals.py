"""Queries about refusals of councils, and about screens that are dark: in the wizard, once paid."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import wording
from saas.catalogue.placements.models import (
    AdPreview,
    Campaign,
    CampaignDeparture,
    Flight,
    Refusal,
    SpaceInventory,
    slots,
)
from saas.catalogue.placements.rules import campaigns as rules
from saas.kernel.offers.screen_hooks import SILENT_FOR
from tenants.spaces.models import PlannedDeletion, Tenant

MOST_AT_ONCE = 200
# Unseen slots are settled within the hour; flights that ended earlier are not checked again.
FORGOTTEN_AFTER = dt.timedelta(days=30)


def refusals_for(
    merchant: Merchant, tenant_ids: Collection[int], creative: rules.Creative | None = None
) -> dict[int, Refusal]:
    """Return the refusals of a merchant, or of an ad of theirs, in some spaces, by space."""
    words = creative._asdict() if creative else {}
    named = _names(merchant, category=merchant.category, words=words)
    rows = Refusal.objects.filter(named, tenant__in=tenant_ids, until=None, for_all=True)
    return {row.tenant_id: row for row in rows.select_related("tenant").order_by("-pk")}


def _names(merchant: Any, *, category: Any, words: Mapping[str, Any]) -> Q:
    """Return the condition for refusals of a merchant, their category, or an ad of these words."""
    named = Q(merchant=merchant) | Q(category=category)
    if words:
        same_ad = {f"campaign__{name}": value for name, value in words.items()}
        named |= Q(campaign__merchant=merchant, **same_ad)
    return named


def refusals_of(campaign: Campaign) -> dict[int, Refusal]:
    """Return the refusals of a campaign (flights prefetched) in its spaces, by space."""
    creative = rules.Creative(campaign.headline, campaign.text, campaign.offer)
    tenant_ids = {flight.tenant_id for flight in campaign.flights.all()}
    return refusals_for(campaign.merchant, tenant_ids, creative)


def flights_still_wanted(campaign: Campaign) -> list[Flight]:
    """Return a campaign's flights in spaces that take part, do not refuse it, and can show it.

    A space with a planned end takes no further month.
    """
    refused = refusals_of(campaign)
    unseen, ending = _unseen(campaign), _planned_to_end(campaign)
    return [
        flight
        for flight in campaign.flights.all()
        if rules.is_open(flight)
        and flight.tenant_id not in refused
        and flight.tenant_id not in ending
        and (flight.tenant_id, flight.slot) not in unseen
    ]


def _unseen(campaign: Campaign) -> dict[tuple[int, str], dt.datetime]:
    """Return the slots that cannot show a campaign (flights prefetched), and since when.

    Either no screen of the space is lit, or its shelf is empty, or the slot's room is switched off.
    """
    spaces = [one.tenant_id for one in campaign.flights.all() if one.slot in slots.closable()]
    found: dict[tuple[int, str], dt.datetime] = {}
    for row in SpaceInventory.objects.filter(tenant__in=spaces) if spaces else ():
        for slot, since in row.closed_slots.items():
            found[row.tenant_id, slot] = dt.datetime.fromisoformat(since)
        for slot, column in slots.empty_columns().items():
            since = getattr(row, column)
            if since is not None:
                found[row.tenant_id, slot] = since
    return found


def sentences_of(refusals: Collection[Refusal]) -> list[str]:
    """Return a sentence for each refusal: its council, its subject and its reason."""
    return [wording.refused_by_council(refusal) for refusal in refusals]


def same_refusals(refusal: Refusal) -> list[Refusal]:
    """Lock and return all councils' refusals in force of the same subject in the same space."""
    rows = Refusal.objects.filter(
        tenant=refusal.tenant_id,
        merchant=refusal.merchant_id,
        category=refusal.category,
        campaign=refusal.campaign_id,
        until=None,
    )
    return list(rows.select_for_update().order_by("pk"))


def refusals_in_force(tenant_id: int) -> list[Refusal]:
    """Return the refusals in force of a space's councils."""
    return list(Refusal.objects.filter(tenant=tenant_id, until=None).order_by("pk"))


def refusal_for_change(reference: str, *, schema_name: str) -> Refusal | None:
    """Hold a refusal of a space; nothing of another's."""
    rows = Refusal.objects.filter(reference=reference, tenant__schema_name=schema_name)
    return rows.select_for_update(of=("self",)).select_related("tenant").first()


def campaigns_to_leave(at: dt.datetime) -> list[int]:
    """Return ids of the paid campaigns with a flight that was refused or is not visible.

    Included are campaigns with a flight beyond the planned end of its space, shortly before it.
    Before its first day, screens may be lit again, and a shelf filled.
    """
    merchant = OuterRef("campaign__merchant")
    category = OuterRef("campaign__merchant__category")
    words = {name: OuterRef(f"campaign__{name}") for name in rules.Creative._fields}
    named = _names(merchant, category=category, words=words)
    refusals = Refusal.objects.filter(named, tenant=OuterRef("tenant"), until=None, for_all=True)
    day = rules.today(at)
    wanted = Q(Exists(refusals), ends_on__gte=day)
    for slot, column in slots.empty_columns().items():
        since = {f"{column}__lte": at - SILENT_FOR, f"{column}__date__lt": OuterRef("ends_on")}
        unseen = SpaceInventory.objects.filter(tenant=OuterRef("tenant"), **since)
        wanted |= Q(Exists(unseen), slot=slot, starts_on__lte=day)
    for slot in slots.closable():
        closed = SpaceInventory.objects.filter(
            tenant=OuterRef("tenant"), closed_slots__has_key=slot
        )
        wanted |= Q(Exists(closed), slot=slot, starts_on__lte=day)
    wanted |= _runs_past_the_end(at) & Q(ends_on__gte=day)
    wanted |= _closed_when_paid() & Q(ends_on__gte=day)
    leaving = Flight.objects.filter(
        wanted,
        ~has_left(),
        ends_on__gte=day - FORGOTTEN_AFTER,
        campaign__state=Campaign.State.PAID,
    )
    ids = leaving.order_by("campaign_id").values_list("campaign_id", flat=True).distinct()
    return list(ids[:MOST_AT_ONCE])


def _runs_past_the_end(at: dt.datetime) -> Q:
    """Select flights that would run past the planned end of their space, which is near."""
    return Q(
        tenant__planned_deletion__due_at__lte=at + rules.LEAVES_BEFORE,
        tenant__planned_deletion__due_at__date__lte=F("ends_on"),
    )


def _closed_when_paid() -> Q:
    """Select flights in a space that was not active when their campaign was paid."""
    return ~Q(tenant__state=Tenant.State.ACTIVE) & Q(
        tenant__closed_at__lt=F("campaign__paid_at"),
    )


def spaces_closed_when_paid(campaign: Campaign, at: dt.datetime) -> set[int]:
    """Return the spaces that a campaign was sold for although they were closed already."""
    closed = Flight.objects.filter(_closed_when_paid(), ~has_left(), campaign=campaign)
    return set(closed.filter(ends_on__gte=rules.today(at)).values_list("tenant_id", flat=True))


def ending_spaces(campaign: Campaign, at: dt.datetime) -> set[int]:
    """Return the spaces with a near end that a campaign outlasts and has to leave."""
    past = Flight.objects.filter(_runs_past_the_end(at), ~has_left(), campaign=campaign)
    return set(past.filter(ends_on__gte=rules.today(at)).values_list("tenant_id", flat=True))


def _planned_to_end(campaign: Campaign) -> set[int]:
    """Return the spaces of a campaign with an end planned by their administration."""
    spaces = {flight.tenant_id for flight in campaign.flights.all()}
    rows = PlannedDeletion.objects.filter(tenant__in=spaces, confirmed_at__isnull=False)
    return set(rows.values_list("tenant_id", flat=True))


def has_left() -> Exists:
    """Return the condition that a flight's campaign left its space, or its slot there."""
    same = {name: OuterRef(name) for name in ("campaign", "tenant")}
    rows = CampaignDeparture.objects.filter(Q(slot="") | Q(slot=OuterRef("slot")), **same)
    return Exists(rows)


def spaces_to_leave(campaign: Campaign) -> dict[int, Refusal]:
    """Return the refusals that a campaign has yet to follow, by space."""
    left = {departure.tenant_id for departure in campaign.departures.all() if not departure.slot}
    return {key: row for key, row in refusals_of(campaign).items() if key not in left}


def slots_to_leave(campaign: Campaign, at: dt.datetime) -> dict[tuple[int, str], dt.datetime]:
    """Return the slots, by space, that can no longer show a campaign and it must still leave."""
    left = {(one.tenant_id, one.slot) for one in campaign.departures.all()}
    gone = {tenant_id for tenant_id, slot in left if not slot}
    ends = {
        (flight.tenant_id, flight.slot): flight.ends_on
        for flight in campaign.flights.all()
        if flight.starts_on <= rules.today(at) and flight.tenant_id not in gone
    }
    return {
        place: since
        for place, since in _unseen(campaign).items()
        if since <= at - SILENT_FOR and place not in left
        if place in ends and since.date() < ends[place]
    }


def campaign_to_leave(campaign_id: int) -> Campaign:
    """Return a campaign with its flights and the spaces that it left."""
    rows = Campaign.objects.select_related("merchant")
    return rows.prefetch_related("flights", "departures").get(pk=campaign_id)


def departures_of(campaign_id: int) -> dict[int, dt.datetime]:
    """Return since when flights of a campaign are out of their space or slot, by flight."""
    left = CampaignDeparture.objects.filter(
        Q(slot="") | Q(slot=OuterRef("slot")),
        campaign=OuterRef("campaign"),
        tenant=OuterRef("tenant"),
    )
    first = Subquery(left.order_by("left_at").values("left_at")[:1])
    rows = Flight.objects.filter(campaign=campaign_id).annotate(left_at=first)
    return dict(rows.exclude(left_at=None).values_list("pk", "left_at"))


def refusing_spaces(campaign_id: int) -> set[int]:
    """Return the spaces that a campaign left whole, since their council refused it."""
    rows = CampaignDeparture.objects.filter(campaign=campaign_id, slot="", refusal__isnull=False)
    return set(rows.values_list("tenant_id", flat=True))


def ended_spaces(campaign_id: int) -> set[int]:
    """Return the spaces that a campaign left whole, since they end."""
    rows = CampaignDeparture.objects.filter(campaign=campaign_id, slot="", refusal=None)
    return set(rows.values_list("tenant_id", flat=True))


def refusals_for_some(campaign: Campaign) -> list[str]:
    """Return messages on spaces where a council among several refuses a campaign.

    Its people no longer see the campaign. It stays in the space for all others, until each of its
    councils refuses it.
    """
    creative = rules.Creative(campaign.headline, campaign.text, campaign.offer)
    named = _names(campaign.merchant, category=campaign.merchant.category, words=creative._asdict())
    spaces = {flight.tenant_id for flight in campaign.flights.all()}
    rows = Refusal.objects.filter(named, tenant__in=spaces, until=None, for_all=False)
    found = rows.select_related("tenant", "company").order_by("since", "pk")
    return [wording.refused_for_some(row) for row in found]


def previews_in_words(campaign: Campaign) -> list[str]:
    """Return messages on the spaces with a council preview of a campaign, with the deadline."""
    rows = AdPreview.objects.filter(campaign=campaign, state=AdPreview.State.WAITING)
    return [wording.waits_for_council(row) for row in rows.select_related("tenant")]


def departures_in_words(campaign: Campaign) -> list[str]:
    """Return messages on why a paid campaign left spaces or their screens, oldest first."""
    rows = CampaignDeparture.objects.filter(campaign=campaign)
    return [wording.has_left(row) for row in rows.select_related("refusal__tenant", "tenant")]


def has_nowhere_left(campaign: Campaign, at: dt.datetime) -> bool:
    """Return True if a campaign has days ahead, but has left all their spaces."""
    left, day = departures_of(campaign.pk), rules.today(at)
    ahead = [flight for flight in campaign.flights.all() if flight.ends_on >= day]
    return bool(ahead) and all(flight.pk in left for flight in ahead)


def departures_to_mail() -> QuerySet[CampaignDeparture]:
    """Return the departures with a mail to the merchant still to be sent."""
    rows = CampaignDeparture.objects.select_related(
        "campaign__merchant__owner", "refusal__tenant", "tenant"
    )
    return rows.filter(mailed_at=None)


def departures_with_lost_mail(*, at: dt.datetime) -> list[int]:
    """Return ids of departures with a mail that may have been lost."""
    late = departures_to_mail().filter(left_at__lt=at - dt.timedelta(minutes=5))
    return list(late.values_list("pk", flat=True)[:MOST_AT_ONCE])
