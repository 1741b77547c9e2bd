"""Paid flights of this space: those of a day, and a flight by its reference."""

import datetime as dt
from collections.abc import Collection

from django.db.models import BooleanField, DateField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from saas.catalogue.placements.models import RunningFlight


def running_now(references: Collection[str], at: dt.datetime) -> list[str]:
    """Return those of some references that run here today."""
    found = running_on(timezone.localdate(at)).filter(reference__in=references)
    return list(found.values_list("reference", flat=True))


def running_on(day: dt.date) -> QuerySet[RunningFlight]:
    """Return the placements that run here on a day, without those whose day is left out."""
    written = Cast(Cast(Value(day), DateField()), TextField())
    closed = Func(
        F("closed_days_iso"), written, function="jsonb_exists", output_field=BooleanField()
    )
    return RunningFlight.objects.alias(is_closed=closed).filter(
        starts_on__lte=day, ends_on__gte=day, is_closed=False
    )


def flight_at(reference: str) -> RunningFlight | None:
    """Return a placement that was paid for in this space."""
    return RunningFlight.objects.filter(reference=reference).first()
