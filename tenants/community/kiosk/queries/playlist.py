"""The playlist of a screen: the slides from now on, their times, and their order."""

import datetime as dt
import hashlib
import json
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from saas.kernel import cache, hooks, modules, revision
from saas.kernel.display import qr
from saas.kernel.display.writing import LONG_ON_WALL, few_words
from saas.kernel.hooks import Slide
from saas.kernel.secrets import tokens
from tenants.community.kiosk import wording
from tenants.community.kiosk.models import Arrangement, DayPart, Screen, ScreenMessage
from tenants.community.kiosk.rules import loop
from tenants.community.kiosk.rules import screens as rules
from tenants.spaces import hosts
from tenants.spaces.hosts import SpaceCard

BUILT_SECONDS = 60
MOST_SLIDES = 120
SLIDE_CODE = "slide-code"


class Target(NamedTuple):
    """Screens that show the same."""

    group: str
    is_quiet: bool


class Line(NamedTuple):
    """A slide of the loop, with the moments between which it may be shown."""

    id: str
    slide: Slide
    windows: list[tuple[dt.datetime, dt.datetime]]
    is_urgent: bool


class Programme(NamedTuple):
    """The programme of the next day and a half: slides, spans, and the order of each span."""

    space: SpaceCard
    lines: list[Line]
    spans: list[loop.Span]
    orders: list[list[str]]
    arrangement: dict[str, loop.Arranged]


class Playlist(NamedTuple):
    """A programme as a screen reads it, as JSON, and the name of this state of it."""

    etag: str
    text: str
    media: frozenset[str]


def playlist_for(screen: Screen, space: SpaceCard, *, at: dt.datetime) -> tuple[Playlist, str]:
    """Return a screen's playlist, and the space's revision that it was read under.

    Screens with the same target share the cached body; only their own name differs.
    """
    target = Target(screen.group, screen.is_quiet)
    seen = revision.current()
    name = f"playlist:{hashlib.sha256(repr(target).encode()).hexdigest()[:16]}:{seen}"
    shared = cache.stored_value(name, None) if seen else None
    if shared is None:
        body = _written(programme(target, space, at=at))
        shared = (json.dumps(body), frozenset(body["files"]))
        if seen:
            cache.store_value(name, shared, seconds=BUILT_SECONDS)
    text, media = shared
    own = json.dumps({"name": screen.name, "turn": screen.turn, "touched": screen.is_touched})
    whole = f'{text[:-1]}, "screen": {own}}}'
    etag = f'"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'
    return Playlist(etag, whole, media), seen


def programme(target: Target, space: SpaceCard, *, at: dt.datetime) -> Programme:
    """Build the programme of some screens from a moment on, in the space's zone and language."""
    zone = zoneinfo.ZoneInfo(space.time_zone)
    # Starts at the whole minute: two requests within the same minute get the same response.
    begin = at.replace(second=0, microsecond=0)
    with timezone.override(zone), translation.override(space.language):
        lines = _lines(target, space, starts_at=begin, ends_at=begin + rules.AHEAD, zone=zone)
        arrangement = arranged()
    parts = [loop.Part("", loop.EVERY_DAY, 0, 24 * 60, loop.QUIET)] if target.is_quiet else []
    parts = parts or parts_of_group(target.group)
    if not modules.is_used("kiosk"):  # a screen that hangs goes dark, and wakes with the room
        parts, lines = [loop.Part("", loop.EVERY_DAY, 0, 24 * 60, loop.SLEEP)], []
    spans = loop.spans_of(parts, starts_at=begin, ends_at=begin + rules.AHEAD, zone=zone)
    orders = [
        loop.loop_of([line.slide for line in _within(lines, span)], span.part, arrangement)
        for span in spans
    ]
    return Programme(space, lines, spans, orders, arrangement)


def _within(lines: Iterable[Line], span: loop.Span) -> Iterable[Line]:
    return (
        line
        for line in lines
        if any(begin < span.ends_at and end > span.starts_at for begin, end in line.windows)
    )


def parts_of_group(group: str) -> list[loop.Part]:
    """Return the day-parts of a group of screens, in order of precedence."""
    rows = DayPart.objects.filter(group__in={"", group})
    return [
        loop.Part(row.name, row.weekdays, row.starts_minute, row.ends_minute, row.mode, row.weights)
        for row in rows
    ]


def arranged() -> dict[str, loop.Arranged]:
    """Return managers' settings for slides, by slide id."""
    return {
        f"{row.kind}:{row.reference}": loop.Arranged(row.is_hidden, row.weight, row.position)
        for row in Arrangement.objects.all()
    }


def _lines(
    target: Target,
    space: SpaceCard,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    zone: dt.tzinfo,
) -> list[Line]:
    found = hooks.slides.collect(starts_at)
    paid = [slide for slide in found if slide.flight]  # however many: each was paid for
    slides = [*paid, *[slide for slide in found if not slide.flight][:MOST_SLIDES]]
    urgent, messages = _messages({"", target.group}, starts_at=starts_at, ends_at=ends_at)
    lines = [
        Line(
            loop.slide_id(slide),
            slide,
            loop.windows_of(slide, starts_at=starts_at, ends_at=ends_at, zone=zone),
            slide.reference in urgent,
        )
        for slide in (*messages, *slides, house_slide(space, starts_at))
    ]
    return [line for line in lines if line.windows]


def messages_of_groups(at: dt.datetime) -> list[Slide]:
    """Return the messages that hang now on the screens of some group alone."""
    rows = ScreenMessage.objects.filter(withdrawn_at=None, ends_at__gt=at, starts_at__lte=at)
    groups = set(rows.exclude(group="").values_list("group", flat=True))
    _urgent, slides = _messages(groups, starts_at=at, ends_at=at + dt.timedelta(minutes=1))
    return slides


def _messages(
    groups: set[str], *, starts_at: dt.datetime, ends_at: dt.datetime
) -> tuple[set[str], list[Slide]]:
    rows = ScreenMessage.objects.filter(
        withdrawn_at=None,
        ends_at__gt=starts_at,
        starts_at__lt=ends_at,
        group__in=groups,
    ).select_related("author")
    found = [
        Slide(
            kind=loop.MESSAGE,
            reference=row.reference,
            title=row.title,
            label=row.get_origin_display(),
            note=row.note,
            url=reverse("members:home"),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            symbol="megaphone",
            author=row.author.short_name if row.author else "",
        )
        for row in rows
    ]
    return {row.reference for row in rows if row.is_urgent}, found


def house_slide(space: SpaceCard, at: dt.datetime) -> Slide:
    """Return the house slide, always present so that every screen has a slide to show."""
    title, note = wording.house_slide_words()
    return Slide(
        kind=loop.HOUSE,
        reference="house",
        title=title,
        label=space.name,
        note=note,
        url=reverse("members:home"),
        starts_at=at - dt.timedelta(days=1),
        ends_at=at + dt.timedelta(days=7),
        symbol="users",
    )


def _written(found: Programme) -> dict[str, Any]:
    return {
        "language": found.space.language,
        "zone": found.space.time_zone,
        "space": found.space.name,
        "poll_seconds": rules.POLL_SECONDS,
        "slides": [_slide_written(line, found.space) for line in found.lines],
        "spans": [
            {
                "from": _ms(span.starts_at),
                "until": _ms(span.ends_at),
                "mode": span.part.mode,
                "loop": order,
            }
            for span, order in zip(found.spans, found.orders, strict=True)
        ],
        "files": sorted({line.slide.picture for line in found.lines if line.slide.picture}),
    }


def _slide_written(line: Line, space: SpaceCard) -> dict[str, Any]:
    with translation.override(space.language):
        html = render_to_string("components/slide.html", _drawn_line(line, slug=space.slug))
    return {
        "id": line.id,
        "html": html,
        "media": [media_url(line.slide.picture)] if line.slide.picture else [],
        "windows": [[_ms(begin), _ms(end)] for begin, end in line.windows],
        "seconds": loop.SLIDE_SECONDS,
        "flight": line.slide.flight,
        "urgent": line.is_urgent,
    }


def _drawn_line(line: Line, *, slug: str) -> dict[str, Any]:
    return drawn(line.slide, slug=slug, is_urgent=line.is_urgent)


def drawn(slide: Slide, *, slug: str, is_urgent: bool = False) -> dict[str, Any]:
    """Return the values that the drawing of a slide shows, on the wall and in previews alike.

    An urgent message has no QR code: it is read and followed, not opened.
    """
    address = hosts.space_url(slug, reverse("kiosk:scanned", args=[go_code(slide)]))
    return {
        "kind": slide.kind,
        "label": slide.label,
        "title": few_words(slide.title),
        "note": few_words(slide.note),
        "price": slide.price,
        "symbol": slide.symbol,
        "picture": media_url(slide.picture) if slide.picture else "",
        "sponsored": bool(slide.flight),
        "code": "" if is_urgent else qr.data_uri(address),
        "is_urgent": is_urgent,
        "is_long": len(slide.title) > LONG_ON_WALL,
    }


def go_code(slide: Slide) -> str:
    """Return the token in the address behind a slide's code.

    Strangers may follow the address. With a plain reference they could read slides of a hall from
    afar, among them the code of the day and the council's figure.
    """
    return tokens.name(SLIDE_CODE, loop.slide_id(slide))


def media_url(file: str) -> str:
    """Return the address of a picture for screens, with a digest that does not reveal its name."""
    return reverse("kiosk:media", args=[media_name(file)])


def media_name(file: str) -> str:
    """Return the name of a picture in addresses of screens."""
    return hashlib.sha256(file.encode()).hexdigest()[:32]


def now_showing(found: Programme, *, at: dt.datetime) -> tuple[loop.Span, list[Line]]:
    """Return the span of a moment, and its slides in order."""
    number = next(
        (number for number, span in enumerate(found.spans) if span.starts_at <= at < span.ends_at),
        0,
    )
    urgent = [line for line in found.lines if line.is_urgent and _is_open(line, at)]
    by_id = {line.id: line for line in found.lines}
    order: Sequence[str] = found.orders[number]
    shown = urgent or [by_id[name] for name in order if _is_open(by_id[name], at)]
    return found.spans[number], _unique(shown)


def _unique(lines: Iterable[Line]) -> list[Line]:
    seen: dict[str, Line] = {}
    for line in lines:
        seen.setdefault(line.id, line)
    return list(seen.values())


def _is_open(line: Line, at: dt.datetime) -> bool:
    return any(begin <= at < end for begin, end in line.windows)


def _ms(moment: dt.datetime) -> int:
    return int(moment.timestamp() * 1000)
