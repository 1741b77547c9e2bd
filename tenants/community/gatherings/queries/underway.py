"""Counts of gatherings with participants, shown before the room is switched off."""

import datetime as dt

from django.db.models import Count, Q
from django.utils.translation import ngettext

from tenants.community.gatherings.models import Gathering, Participation


def underway(at: dt.datetime) -> list[str]:
    """Return the number of future gatherings with participants, and of these participants."""
    coming = Q(participations__state=Participation.State.COMING)
    ahead = Gathering.objects.filter(coming, cancelled_at=None, ends_at__gt=at)
    found = ahead.aggregate(gatherings=Count("pk", distinct=True), people=Count("participations"))
    if not found["gatherings"]:
        return []
    gatherings = ngettext(
        "%(count)d activité à venir a des inscriptions",
        "%(count)d activités à venir ont des inscriptions",
        found["gatherings"],
    ) % {"count": found["gatherings"]}
    people = ngettext("%(count)d inscription", "%(count)d inscriptions", found["people"])
    return [gatherings, people % {"count": found["people"]}]
