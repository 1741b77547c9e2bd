"""The placements at the end of digests, for many members at once."""

import datetime as dt
from collections.abc import Mapping

from django.urls import reverse
from django.utils import timezone

from billing.councils.queries.own import councils_for
from billing.models import OwnCouncil
from saas.catalogue.placements.models import RunningFlight, Slot
from saas.kernel.offers.digest_hooks import DigestAd
from saas.kernel.values.months import first_of
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.models import CouncilMonth
from tenants.community.neighbourhood.queries.flights import running_on


def digest_ads(employers: Mapping[int, int | None], at: dt.datetime) -> dict[int, DigestAd]:
    """Return each member's next placement in the rotation, with three queries.

    Each member's placement changes from day to day, and each placement gets its part of the
    members.
    """
    day = timezone.localdate(at)
    flights = list(running_on(day).filter(slot=Slot.DIGEST).order_by("id"))
    if not flights:
        return {}
    councils = councils_for(set(employers.values()))
    months = CouncilMonth.objects.filter(
        month=first_of(day),
        campaign_reference__in=[flight.campaign_reference for flight in flights],
    )
    brought = {month.campaign_reference: month for month in months}
    found = {}
    for person_id, company_id in employers.items():
        council = councils[company_id]
        mark = f",{council.company_id or 0 if council else 0},"
        shown = [flight for flight in flights if mark not in flight.refused_by]
        if not shown:
            continue
        flight = shown[rules.turn_of(person_id, day, len(shown))]
        month = brought.get(flight.campaign_reference)
        found[person_id] = _ad(flight, month, councils[company_id])
    return found


def _ad(flight: RunningFlight, month: CouncilMonth | None, council: OwnCouncil | None) -> DigestAd:
    cents = _cents_for(council, month) if month else 0
    return DigestAd(
        reference=flight.reference,
        headline=flight.headline,
        payer=flight.merchant_name,
        url=reverse("neighbourhood:click", args=[flight.reference]),
        why_url=reverse("neighbourhood:why", args=[flight.reference]),
        brought_cents=cents,
        council_name=council.name if council and cents else "",
    )


def _cents_for(council: OwnCouncil | None, month: CouncilMonth) -> int:
    """Return the same amount as `cents_for`, for a row already loaded."""
    if council is None or month.by_council is None:
        return month.brought_cents
    return int(month.by_council.get(council.reference, 0))
