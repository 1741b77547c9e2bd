"""Paid flights of this space: those of a day, and a flight by its reference."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import BooleanField, DateField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.queries.team import mailboxes_of
from saas.catalogue.placements.models import RunningFlight
from saas.kernel import schema
from saas.kernel.values.mailboxes import mailbox_of


def running_now(references: Collection[str], at: dt.datetime) -> dict[str, int]:
    """Return those of some references that run here today, with the ids of their shops."""
    found = running_on(timezone.localdate(at)).filter(reference__in=references)
    return dict(found.values_list("reference", "merchant_id"))


def of_others(running: Mapping[str, int], person: User) -> set[str]:
    """Return the references of the placements whose shop the person does not work for."""
    if not running:
        return set()
    own = mailbox_of(person.email)
    with schema.in_public():
        teams = mailboxes_of(set(running.values()))
    return {name for name, shop in running.items() if own not in teams.get(shop, ())}


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
