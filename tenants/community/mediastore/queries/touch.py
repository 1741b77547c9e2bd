"""The shelf on a touch screen: on-site media that are open to all at once."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from saas.kernel.display import qr
from saas.kernel.offers import shelf_hooks
from tenants.community.mediastore.models import Illustration, Medium, Part
from tenants.community.mediastore.queries import sponsors
from tenants.community.mediastore.queries.reading import MOST_LISTED, Entry
from tenants.community.mediastore.queries.shelf import on_shelf
from tenants.community.mediastore.rules import shelf as rules
from tenants.spaces import hosts

MOST_SHOWN = 60


class Key(NamedTuple):
    """A medium as a key that a finger meets."""

    url: str
    title: str
    creator: str
    kind: str
    symbol: str
    payers: list[str]


class OnTouch(NamedTuple):
    """A medium in full, and the code that brings it to a phone, with the code of the day."""

    medium: Medium
    symbol: str
    entries: list[Entry]
    part_count: int
    code: str
    sponsors: list[shelf_hooks.Sponsor]


class PartOnTouch(NamedTuple):
    """A page, chapter, episode or film of a medium, with its neighbours."""

    medium: Medium
    part: Part
    html: SafeString
    previous: int | None
    next: int | None
    last: int


def read_here(at: dt.datetime) -> QuerySet[Medium]:
    """Return on-site media that are open to all; media for loan or for members are left out."""
    shown = on_shelf(today=timezone.localdate(at))
    return shown.filter(access=Medium.Access.ON_SITE, copies=None)


def keys(at: dt.datetime) -> list[Key]:
    """Return the media readable on the screen, the newest first, with their sponsors."""
    offered = sponsors.by_medium(at)
    return [
        Key(
            reverse("mediastore:touch_medium", args=[row.reference]),
            row.title,
            row.creator,
            row.get_kind_display(),
            rules.SYMBOLS[row.kind],
            [one.payer for one in offered.get(row.pk, ())],
        )
        for row in read_here(at).order_by("-added_at", "-pk")[:MOST_SHOWN]
    ]


def medium_on_touch(reference: str, *, space: hosts.SpaceCard, at: dt.datetime) -> OnTouch | None:
    """Return a medium if it is readable on the screen."""
    medium = read_here(at).filter(reference=reference).first()
    if medium is None:
        return None
    rows = medium.parts.order_by("number").values_list("number", "title", "published_at")
    entries = [Entry(*row) for row in rows[:MOST_LISTED]]
    today = {"code": rules.gate_code_of(timezone.localdate(at)), "medium": reference}
    address = f"{reverse('mediastore:gate')}?{urlencode(today)}"
    return OnTouch(
        medium=medium,
        symbol=rules.SYMBOLS[medium.kind],
        entries=[entry for entry in entries if entry.title],
        part_count=len(entries),
        code=qr.data_uri(hosts.space_url(space.slug, address)),
        sponsors=sponsors.by_medium(at).get(medium.pk, []),
    )


def part_on_touch(reference: str, number: int, at: dt.datetime) -> PartOnTouch | None:
    """Return a part of a medium readable on the screen; chapter pictures come from here, too."""
    medium = read_here(at).filter(reference=reference).first()
    part = medium.parts.filter(number=number).first() if medium else None
    if medium is None or part is None:
        return None
    count = medium.parts.count()
    chapter = part.text if part.kind == Part.Kind.CHAPTER else ""
    pictures = reverse("mediastore:detail", args=[reference])
    here = reverse("mediastore:touch_medium", args=[reference])
    return PartOnTouch(
        medium=medium,
        part=part,
        html=SafeString(chapter.replace(f'"{pictures}picture/', f'"{here}picture/')),
        previous=number - 1 if number > 1 else None,
        next=number + 1 if number < count else None,
        last=count,
    )


def file_on_touch(reference: str, number: int, at: dt.datetime) -> Part | None:
    """Return the part with the requested file, if its medium is readable on the screen."""
    found = Part.objects.filter(medium__in=read_here(at).filter(reference=reference), number=number)
    return found.exclude(file="").first()


def illustration_on_touch(reference: str, number: int, at: dt.datetime) -> str:
    """Return the file of a picture in a book readable on the screen, or an empty string."""
    media = read_here(at).filter(reference=reference)
    row = Illustration.objects.filter(medium__in=media, number=number).first()
    return row.file if row else ""
