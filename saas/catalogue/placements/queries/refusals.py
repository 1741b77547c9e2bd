"""Queries about what councils refuse: for the wizard, for what is paid, for what runs already."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import wording
from saas.catalogue.placements.models import Campaign, CampaignDeparture, Flight, Refusal
from saas.catalogue.placements.rules import campaigns as rules

MOST_AT_ONCE = 200


def refusals_for(
    merchant: Merchant, tenant_ids: Collection[int], creative: rules.Creative | None = None
) -> dict[int, Refusal]:
    """Return what keeps a merchant, or an ad of theirs, out of some spaces, by space."""
    words = creative._asdict() if creative else {}
    named = _names(merchant, category=merchant.category, words=words)
    rows = Refusal.objects.filter(named, tenant__in=tenant_ids, until=None)
    return {row.tenant_id: row for row in rows.select_related("tenant").order_by("-pk")}


def _names(merchant: Any, *, category: Any, words: Mapping[str, Any]) -> Q:
    """Say which refusals name a merchant, their category, or an ad of theirs with these words."""
    named = Q(merchant=merchant) | Q(category=category)
    if words:
        same_ad = {f"campaign__{name}": value for name, value in words.items()}
        named |= Q(campaign__merchant=merchant, **same_ad)
    return named


def refusals_of(campaign: Campaign) -> dict[int, Refusal]:
    """Return what keeps a campaign, which came with its flights, out of its spaces, by space."""
    creative = rules.Creative(campaign.headline, campaign.text, campaign.offer)
    tenant_ids = {flight.tenant_id for flight in campaign.flights.all()}
    return refusals_for(campaign.merchant, tenant_ids, creative)


def flights_still_wanted(campaign: Campaign) -> list[Flight]:
    """Return a campaign's flights whose spaces take part, and do not refuse it."""
    refused = refusals_of(campaign)
    return [
        flight
        for flight in campaign.flights.all()
        if rules.is_open(flight) and flight.tenant_id not in refused
    ]


def sentences_of(refusals: Collection[Refusal]) -> list[str]:
    """Say of each refusal which council refuses what, and why."""
    return [wording.refused_by_council(refusal) for refusal in refusals]


def refusal_for_change(reference: str, *, schema_name: str) -> Refusal | None:
    """Hold a refusal of a space; nothing of another's."""
    rows = Refusal.objects.filter(reference=reference, tenant__schema_name=schema_name)
    return rows.select_for_update(of=("self",)).select_related("tenant").first()


def campaigns_to_leave(at: dt.datetime) -> list[int]:
    """Return the paid campaigns that have a flight where the council refuses them meanwhile."""
    merchant = OuterRef("campaign__merchant")
    category = OuterRef("campaign__merchant__category")
    words = {name: OuterRef(f"campaign__{name}") for name in rules.Creative._fields}
    named = _names(merchant, category=category, words=words)
    refusals = Refusal.objects.filter(named, tenant=OuterRef("tenant"), until=None)
    refused = Flight.objects.filter(
        Exists(refusals),
        ~has_left(),
        ends_on__gte=rules.today(at),
        campaign__state=Campaign.State.PAID,
    )
    ids = refused.order_by("campaign_id").values_list("campaign_id", flat=True).distinct()
    return list(ids[:MOST_AT_ONCE])


def has_left() -> Exists:
    """Say of flights whether their campaign left the space, since its council refuses it."""
    same = {name: OuterRef(name) for name in ("campaign", "tenant")}
    return Exists(CampaignDeparture.objects.filter(**same))


def spaces_to_leave(campaign: Campaign) -> dict[int, Refusal]:
    """Return the refusals that a campaign has yet to follow, by space."""
    left = {departure.tenant_id for departure in campaign.departures.all()}
    return {key: row for key, row in refusals_of(campaign).items() if key not in left}


def campaign_to_leave(campaign_id: int) -> Campaign:
    """Return a campaign with its flights and the spaces that it left."""
    rows = Campaign.objects.select_related("merchant")
    return rows.prefetch_related("flights", "departures").get(pk=campaign_id)


def departures_of(campaign_id: int) -> dict[int, dt.datetime]:
    """Return since when a campaign is out of the spaces that refused it, by space."""
    rows = CampaignDeparture.objects.filter(campaign=campaign_id)
    return dict(rows.values_list("tenant_id", "left_at"))


def refusals_that_moved(campaign: Campaign) -> list[Refusal]:
    """Return the refusals for which a paid campaign left a space, the first before."""
    rows = CampaignDeparture.objects.filter(campaign=campaign)
    return [row.refusal for row in rows.select_related("refusal__tenant")]


def runs_elsewhere(campaign: Campaign, at: dt.datetime) -> bool:
    """Say whether a campaign still runs, or will, in a space that it did not leave."""
    left = set(departures_of(campaign.pk))
    day = rules.today(at)
    return any(
        flight.ends_on >= day and flight.tenant_id not in left for flight in campaign.flights.all()
    )


def departures_to_mail() -> QuerySet[CampaignDeparture]:
    """Return the departures whose merchant waits for a mail."""
    rows = CampaignDeparture.objects.select_related("campaign__merchant__owner", "refusal__tenant")
    return rows.filter(mailed_at=None)


def departures_with_lost_mail(*, at: dt.datetime) -> list[int]:
    """Return departures whose mail may have been lost."""
    late = departures_to_mail().filter(left_at__lt=at - dt.timedelta(minutes=5))
    return list(late.values_list("pk", flat=True)[:MOST_AT_ONCE])
