"""Paid campaigns with days left in a space that was closed, and the mail about it."""

import datetime as dt

from django.db.models import Q, QuerySet

from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries.campaigns import paid_for_closed_spaces, shut_spaces
from saas.catalogue.placements.queries.prices import for_billing
from saas.catalogue.placements.rules.campaigns import today

# A space that opens again at once is no news.
MAILED_AFTER = dt.timedelta(minutes=15)
MOST_AT_ONCE = 200


def closures_to_mail(at: dt.datetime) -> QuerySet[Campaign]:
    """Return the campaigns with a merchant who has not been mailed about a closed space."""
    long_closed = Q(closed_at__lt=at - MAILED_AFTER)
    found = paid_for_closed_spaces(at).filter(long_closed, closure_mailed_at=None)
    return found.select_related("merchant__owner")


def due_closures(at: dt.datetime) -> list[int]:
    """Return ids of campaigns with a mail about a closed space to send."""
    return list(closures_to_mail(at).values_list("pk", flat=True)[:MOST_AT_ONCE])


def names_of_closed(campaign: Campaign, *, at: dt.datetime) -> list[str]:
    """Return the names of closed spaces in which a campaign has days left."""
    return shut_spaces(for_billing(campaign.pk), today(at))
