"""Paid flights of this space: those of a day, and a flight by its reference."""

import datetime as dt
import time
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import BooleanField, DateField, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from saas.accounts.models import User
from saas.catalogue.merchants.queries.team import mailboxes_of
from saas.catalogue.placements.models import RunningFlight
from saas.kernel import schema
from saas.kernel.offers.digest_hooks import Carried
from saas.kernel.values.mailboxes import mailbox_of

TEAM_SECONDS = 15.0
MOST_TEAMS = 10_000


class Team(NamedTuple):
    """Mailboxes of the people of a shop, with the moment of their reading."""

    read_at: float
    mailboxes: frozenset[str]


# Teams of shops that this process counted for lately: a count costs no statement in public.
teams: dict[int, Team] = {}


def running_among(references: Collection[str], at: dt.datetime) -> dict[str, int]:
    """Return those of some references that run here today, with the ids of their shops."""
    found = running_on(timezone.localdate(at)).filter(reference__in=references)
    return dict(found.values_list("reference", "merchant_id"))


def of_others(running: Mapping[str, int], person: User) -> set[str]:
    """Return the references of the placements whose shop the person does not work for."""
    own, teams = mailbox_of(person.email), teams_of(running.values())
    return {name for name, shop in running.items() if own not in teams[shop]}


def works_for(person: User, shop: int) -> bool:
    """Return True if a person is of a shop's team, as far as their address tells."""
    return mailbox_of(person.email) in teams_of([shop])[shop]


def carried_to_others(carried: Collection[Carried], running: Mapping[str, int]) -> list[Carried]:
    """Return the running ads of digests without those sent to people of their shop."""
    runs = [one for one in carried if one.reference in running]
    teams = teams_of(running.values())
    people = User.objects.filter(pk__in={one.person_id for one in runs})
    own = {pk: mailbox_of(email) for pk, email in people.values_list("pk", "email")}
    return [one for one in runs if own.get(one.person_id) not in teams[running[one.reference]]]


def teams_of(shops: Collection[int]) -> dict[int, frozenset[str]]:
    """Return the mailboxes of the people of some shops, as read a quarter of a minute ago."""
    since = time.monotonic() - TEAM_SECONDS
    found = {shop: team for shop in shops if (team := teams.get(shop)) and team.read_at > since}
    missing = set(shops) - found.keys()
    if missing:
        with schema.in_public():
            read = mailboxes_of(missing)
        for shop in missing:
            found[shop] = Team(time.monotonic(), frozenset(read.get(shop, ())))
        if len(teams) > MOST_TEAMS:
            teams.clear()
        teams.update(found)
    return {shop: team.mailboxes for shop, team in found.items()}


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


def clicked(reference: str, *, slug: str) -> RunningFlight | None:
    """Return the placement of a shop that a member came from, if it was paid for here."""
    flight = flight_at(reference) if reference else None
    return flight if flight is not None and flight.merchant_slug == slug else None
