"""Schemas that are to be inspected, and those that were found to differ."""

import datetime as dt
from typing import NamedTuple

from django.db.models import F, Q

from tenants.spaces.models import Inspection, Tenant

EVERY = dt.timedelta(days=1)
AT_ONCE = 10  # every five minutes: a few thousand spaces a day, and foundings never wait
MOST_DIFFERENCES = 8  # more differences have the same cause


class Differing(NamedTuple):
    """A space with a schema that differs from the blueprint, and the differences."""

    slug: str
    schema_name: str
    looked_at: dt.datetime
    differences: list[str]
    more: int


def due_for_inspection(*, at: dt.datetime) -> list[int]:
    """Return the spaces without an inspection for a day, the longest ago first."""
    living = Tenant.objects.filter(state__in=[Tenant.State.ACTIVE, Tenant.State.SUSPENDED])
    due = living.filter(Q(inspection=None) | Q(inspection__looked_at__lt=at - EVERY))
    oldest = due.order_by(F("inspection__looked_at").asc(nulls_first=True), "pk")
    return list(oldest.values_list("pk", flat=True)[:AT_ONCE])


def differing() -> list[Differing]:
    """Return the spaces that differed when they were last looked at."""
    found = Inspection.objects.exclude(differences=[]).select_related("tenant")
    return [
        Differing(
            slug=row.tenant.slug,
            schema_name=row.tenant.schema_name,
            looked_at=row.looked_at,
            differences=row.differences[:MOST_DIFFERENCES],
            more=max(len(row.differences) - MOST_DIFFERENCES, 0),
        )
        for row in found.order_by("-looked_at")[:50]
    ]
