"""Queries of managing pages: screens, the wall at a moment, the week, the target of a code."""

import datetime as dt
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.kernel.hooks import Slide
from saas.kernel.offers.screen_hooks import SoldOnScreens
from saas.kernel.values import week
from tenants.community.kiosk.models import DayPart, Screen
from tenants.community.kiosk.queries import screens as rows_of
from tenants.community.kiosk.queries import sold
from tenants.community.kiosk.queries.playlist import (
    Line,
    Target,
    drawn,
    go_code,
    media_name,
    messages_of_groups,
    now_showing,
    playlist_for,
    programme,
)
from tenants.community.kiosk.queries.touch import slide_on_wall
from tenants.community.kiosk.rules import loop
from tenants.community.kiosk.rules import screens as rules
from tenants.spaces import spots
from tenants.spaces.hosts import SpaceCard

MOST_ON_THE_WALL = 6
NOON = 12 * 60


class ScreenRow(NamedTuple):
    """A screen as a list shows it, with our drawing of the slide that it reports."""

    screen: Screen
    site: str
    is_alive: bool
    is_frozen: bool
    is_silent: bool
    plays: int
    slide: dict[str, Any] | None


class Overview(NamedTuple):
    """The screens, and the current slides of screens without a group."""

    rows: list[ScreenRow]
    mode: str
    wall: list[dict[str, Any]]
    tomorrow: dt.date
    noon: int
    sold: list[SoldOnScreens]


class Planned(NamedTuple):
    """A slide of the loop at a moment, and its settings."""

    line: Line
    drawing: dict[str, Any]
    arranged: loop.Arranged
    paid: bool


class Plan(NamedTuple):
    """The loop at a moment: the day-part, the slides in order, and the hidden slides."""

    moment: dt.datetime
    is_now: bool
    span: loop.Span
    shown: list[Planned]
    off: list[Planned]
    order: str
    group: str
    tomorrow: dt.date
    noon: int


class Stretch(NamedTuple):
    """A stretch of a day of the week, in quarters of an hour."""

    words: str
    mode: str
    first: int
    quarters: int
    hours: str


class PartRow(NamedTuple):
    """A part of the day as the list shows it."""

    reference: str
    name: str
    hours: str
    days: str
    mode: str
    group: str
    author: str


class WeekOfScreens(NamedTuple):
    """The calendar: the stretches of each day, and the parts that they come from."""

    days: list[tuple[str, list[Stretch]]]
    parts: list[PartRow]
    group: str


def overview(space: SpaceCard, *, at: dt.datetime) -> Overview:
    """Return all that the first page shows."""
    found = programme(Target("", is_quiet=False), space, at=at)
    span, shown = now_showing(found, at=at)
    by_id = {line.id: line for line in found.lines}
    sites = {site.pk: site.name for site in spots.sites()}
    counts = rows_of.plays_today(timezone.localdate(at))
    return Overview(
        rows=[
            ScreenRow(
                screen=screen,
                site=sites.get(screen.site_id or 0, ""),
                is_alive=rules.is_alive(screen, at=at),
                is_frozen=rules.is_frozen(screen, at=at),
                is_silent=rules.is_silent(screen.alive_at or screen.paired_at, at=at),
                plays=counts.get(screen.reference, 0),
                slide=_drawing(by_id.get(screen.slide), found.space.slug),
            )
            for screen in rows_of.screens()
        ],
        mode=span.part.mode,
        wall=[_previewed(line, slug=found.space.slug) for line in shown[:MOST_ON_THE_WALL]],
        tomorrow=timezone.localdate(at) + dt.timedelta(days=1),
        noon=NOON,
        sold=sold.sold(at),
    )


def screen_row(screen: Screen, space: SpaceCard, *, at: dt.datetime) -> ScreenRow:
    """Return a screen with its drawing."""
    found = programme(Target(screen.group, screen.is_quiet), space, at=at)
    by_id = {line.id: line for line in found.lines}
    return ScreenRow(
        screen=screen,
        site="",
        is_alive=rules.is_alive(screen, at=at),
        is_frozen=rules.is_frozen(screen, at=at),
        is_silent=rules.is_silent(screen.alive_at or screen.paired_at, at=at),
        plays=rows_of.plays_today(timezone.localdate(at)).get(screen.reference, 0),
        slide=_drawing(by_id.get(screen.slide), found.space.slug),
    )


def _drawing(line: Line | None, slug: str) -> dict[str, Any] | None:
    return _previewed(line, slug=slug) if line else None


def _previewed(line: Line, *, slug: str) -> dict[str, Any]:
    """Return a slide as it hangs, with its picture from an address of managers."""
    slide = line.slide
    picture = reverse("kiosk:picture", args=[media_name(slide.picture)]) if slide.picture else ""
    return {**drawn(slide, slug=slug, is_urgent=line.is_urgent), "picture": picture}


def picture_named(name: str, space: SpaceCard, *, at: dt.datetime) -> str:
    """Return the file of a picture on the screens, or an empty text for an unknown name."""
    found, _seen = playlist_for(Screen(), space, at=at)
    return next((file for file in found.media if media_name(file) == name), "")


def plan(moment: dt.datetime, group: str, *, space: SpaceCard, at: dt.datetime) -> Plan:
    """Return the slides shown at a moment, and the hidden slides."""
    found = programme(Target(group, is_quiet=False), space, at=at)
    span, shown = now_showing(found, at=moment)
    hidden = [
        line for line in found.lines if found.arrangement.get(line.id, loop.Arranged()).is_hidden
    ]

    def planned(line: Line) -> Planned:
        arranged = found.arrangement.get(line.id, loop.Arranged())
        drawing = _previewed(line, slug=found.space.slug)
        return Planned(line, drawing, arranged, bool(line.slide.flight))

    return Plan(
        moment=moment,
        is_now=moment == at,
        span=span,
        shown=[planned(line) for line in shown],
        off=[planned(line) for line in hidden],
        order=" ".join(line.id for line in shown if not line.slide.flight),
        group=group,
        tomorrow=timezone.localdate(at) + dt.timedelta(days=1),
        noon=NOON,
    )


def week_of_screens(group: str) -> WeekOfScreens:
    """Return the week of a group's screens, worked out as they do it, and the parts in order."""
    parts = rows_of.day_parts()
    day_parts = [
        loop.Part(row.name, row.weekdays, row.starts_minute, row.ends_minute, row.mode)
        for row in parts
        if row.group in {"", group}
    ]
    monday = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)  # an ordinary week without a clock change
    a_day = dt.timedelta(days=1)
    days = []
    for number in range(7):
        begin = monday + number * a_day
        spans = loop.spans_of(day_parts, starts_at=begin, ends_at=begin + a_day, zone=dt.UTC)
        days.append((week.short_day_name(number + 1), [_stretch(span, begin) for span in spans]))
    return WeekOfScreens(days, [_part_row(row) for row in parts], group)


def _stretch(span: loop.Span, begin: dt.datetime) -> Stretch:
    first = int((span.starts_at - begin).total_seconds() // 60)
    last = int((span.ends_at - begin).total_seconds() // 60)
    return Stretch(
        words=span.part.name or str(DayPart.Mode(span.part.mode).label),
        mode=span.part.mode,
        first=first // week.QUARTER,
        quarters=(last - first) // week.QUARTER,
        hours=f"{week.text_of(first)} – {week.text_of(last)}",
    )


def _part_row(row: DayPart) -> PartRow:
    names = [week.short_day_name(day + 1) for day in range(7) if row.weekdays >> day & 1]
    return PartRow(
        reference=row.reference,
        name=row.name,
        hours=f"{week.text_of(row.starts_minute)} – {week.text_of(row.ends_minute)}",
        days=_("tous les jours") if row.weekdays == loop.EVERY_DAY else ", ".join(names),
        mode=str(row.get_mode_display()),
        group=row.group,
        author=row.made_by.short_name if row.made_by else "",
    )


def slide_with(code: str, about: str, space: SpaceCard, *, at: dt.datetime) -> Slide | None:
    """Return the slide of a code if any group may show it today.

    For a slide in no current loop, a touch screen adds its reference (`about`) to the code.
    """
    found = programme(Target("", is_quiet=False), space, at=at)
    for slide in (*[line.slide for line in found.lines], *messages_of_groups(at)):
        if code == go_code(slide):
            return slide
    touched = slide_on_wall(about, at) if about else None
    return touched if touched is not None and go_code(touched) == code else None
