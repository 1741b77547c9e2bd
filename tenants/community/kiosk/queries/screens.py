"""Screens, their codes, their plays: rows for actions, pages, and the screens themselves."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, QuerySet, Sum
from django.db.models.expressions import Combinable

from saas.kernel.hooks import PlaySum
from saas.kernel.offers import screen_hooks
from saas.kernel.offers.screen_hooks import FlightRun
from saas.kernel.search.sorting import SortKey, sort_key
from saas.kernel.secrets import tokens
from tenants.community.kiosk.models import (
    Arrangement,
    DayPart,
    Pairing,
    Play,
    Screen,
    ScreenMessage,
)
from tenants.community.kiosk.rules.screens import KnownPlay


def screen_with(token: str) -> Screen | None:
    """Find the screen that holds a token."""
    return Screen.objects.filter(token_hash=tokens.hashed(token)).first() if token else None


def is_touched(token: str) -> bool:
    """Return True if the token belongs to a touch screen."""
    return Screen.objects.filter(token_hash=tokens.hashed(token), is_touched=True).exists()


def screens() -> list[Screen]:
    """List the screens of this space by their names."""
    return list(Screen.objects.select_related("paired_by").order_by(SortKey("name"), "pk"))


def screen_listing() -> QuerySet[Screen]:
    """List the screens of this space by their names, for programs."""
    return Screen.objects.order_by("name", "pk")


def screen_named(reference: str) -> Screen | None:
    """Find a screen by its public reference."""
    return Screen.objects.filter(reference=reference).first()


def screen_for_change(screen_id: int) -> Screen:
    """Lock and return a screen before a change."""
    return Screen.objects.select_for_update().get(pk=screen_id)


def screen_count() -> int:
    """Count the screens that are paired."""
    return Screen.objects.count()


def groups() -> list[str]:
    """List the groups that screens are in."""
    found = Screen.objects.exclude(group="").order_by()
    return sorted(found.values_list("group", flat=True).distinct(), key=sort_key)


def pairing_with(code: str) -> Pairing | None:
    """Lock and return the pairing of a code, if any."""
    return Pairing.objects.select_for_update().filter(code=code).first()


def pairing_of(claim: str) -> Pairing | None:
    """Find the code that a browser shows, with its screen once it is paired."""
    if not claim:
        return None
    rows = Pairing.objects.filter(claim_hash=tokens.hashed(claim)).select_related("screen")
    return rows.select_for_update(of=("self",)).first()


def open_codes() -> dict[str, int]:
    """Count the codes that wait for a manager, by network."""
    rows = Pairing.objects.filter(screen=None).order_by().values_list("network")
    return dict(rows.annotate(codes=Count("pk")))


def oldest_code_of(network: str) -> Pairing | None:
    """Find the oldest code of a network that waits for a manager."""
    rows = Pairing.objects.filter(screen=None, network=network)
    return rows.order_by("made_at", "pk").first()


def known_plays(screen: Screen, *, since: dt.datetime, until: dt.datetime) -> list[KnownPlay]:
    """List the plays of a screen that began between two moments."""
    rows = Play.objects.filter(
        screen_reference=screen.reference, shown_at__gte=since, shown_at__lte=until
    )
    return [
        KnownPlay(key, shown_at, shown_at + dt.timedelta(seconds=seconds))
        for key, shown_at, seconds in rows.values_list("key", "shown_at", "seconds")
    ]


def flight_runs(references: set[str]) -> dict[str, FlightRun]:
    """Return the days and hours of the flights of this space among some, by reference."""
    return screen_hooks.flight_runs.merge(references) if references else {}


def day_parts() -> list[DayPart]:
    """List the day-parts in order of precedence."""
    return list(DayPart.objects.select_related("made_by"))


def day_part_named(reference: str) -> DayPart | None:
    """Find a part of the day by its public reference."""
    return DayPart.objects.filter(reference=reference).first()


def messages(*, at: dt.datetime) -> list[ScreenMessage]:
    """List the messages that are shown or will be."""
    rows = ScreenMessage.objects.filter(withdrawn_at=None, ends_at__gt=at)
    return list(rows.select_related("author"))


def message_named(reference: str) -> ScreenMessage | None:
    """Find a message by its public reference."""
    return ScreenMessage.objects.filter(reference=reference).first()


def arrangement_for_change(kind: str, reference: str) -> Arrangement | None:
    """Lock and return the setting of a slide, if any."""
    rows = Arrangement.objects.select_for_update()
    return rows.filter(kind=kind, reference=reference).first()


def plays_since(day: dt.date) -> list[PlaySum]:
    """Add up the plays of placements by day and screen, since a day."""
    rows = (
        Play.objects.filter(day__gte=day)
        .exclude(flight_reference="")
        .values("flight_reference", "day", "screen_reference", "screen_name")
        .annotate(plays=Count("pk"), seconds=Sum("seconds"))
        .order_by("day", "flight_reference", "screen_reference")
    )
    return [PlaySum(**row) for row in rows]


def plays_today(day: dt.date) -> dict[str, int]:
    """Count the plays of a day by screen."""
    rows = Play.objects.filter(day=day).order_by().values("screen_reference")
    return {row["screen_reference"]: row["plays"] for row in rows.annotate(plays=Count("pk"))}


def rail_counts(person: Any, _at: dt.datetime) -> dict[str, int]:
    """Return the rail's entry if the person may manage or write to screens.

    The permission was read together with the person's row.
    """
    return {"kiosk": 1} if getattr(person, "speaks_on_screens", False) else {}


def begun_columns() -> dict[str, Combinable]:
    """Return the setup columns of a new space: whether this room has any row."""
    return {"screen": Exists(Screen.objects.all())}
