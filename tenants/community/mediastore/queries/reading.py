"""Queries for reading: a medium with its state for a member, and a single part of it."""

import datetime as dt
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from saas.accounts.models import User
from tenants.community.mediastore.models import (
    Borrowing,
    Illustration,
    Medium,
    Part,
    Progress,
    Waiting,
)
from tenants.community.mediastore.queries import shelf as queries
from tenants.community.mediastore.rules import shelf as rules

MOST_LISTED = 400


class Entry(NamedTuple):
    """A line of the contents."""

    number: int
    title: str
    published_at: dt.datetime | None


class Detail(NamedTuple):
    """All that the page of a medium shows."""

    medium: Medium
    symbol: str
    entries: list[Entry]
    part_count: int
    borrowing: Borrowing | None
    free_copies: int | None
    waiting_count: int
    is_waiting: bool
    reached: int
    reached_seconds: int
    open: bool
    needs_gate: bool
    on_shelf: bool
    availability: str


class Opened(NamedTuple):
    """A part of a medium, with its neighbours; a chapter's HTML was cleaned on import."""

    medium: Medium
    part: Part
    html: SafeString
    previous: int | None
    next: int | None
    last: int
    seconds: int


def detail(medium: Medium, *, viewer: User, on_site: bool, at: dt.datetime) -> Detail:
    """Return a medium with its contents and its state for the viewer."""
    borrowing = queries.own_borrowing(medium, viewer)
    rows = medium.parts.order_by("number").values_list("number", "title", "published_at")
    entries = [Entry(*row) for row in rows[:MOST_LISTED]]
    line = set(Waiting.objects.filter(medium=medium).values_list("member", flat=True))
    progress = Progress.objects.filter(medium=medium, reader=viewer).first()
    shown = rules.is_on_shelf(medium, today=timezone.localdate(at))
    needs_gate = medium.access == Medium.Access.ON_SITE and not on_site
    return Detail(
        medium=medium,
        symbol=rules.SYMBOLS[medium.kind],
        entries=[entry for entry in entries if entry.title],
        part_count=len(entries),
        borrowing=borrowing,
        free_copies=None if medium.copies is None else medium.copies - medium.borrowed_count,
        waiting_count=len(line),
        is_waiting=viewer.pk in line,
        reached=progress.number if progress else 0,
        reached_seconds=progress.seconds if progress else 0,
        open=shown and not needs_gate and (medium.copies is None or borrowing is not None),
        needs_gate=needs_gate,
        on_shelf=shown,
        availability=queries.availability(medium),
    )


def opened(medium: Medium, number: int, *, viewer: User) -> Opened | None:
    """Return a part of a medium, if it exists."""
    part = Part.objects.filter(medium=medium, number=number).first()
    if part is None:
        return None
    count = medium.parts.count()
    progress = Progress.objects.filter(medium=medium, reader=viewer, number=number).first()
    chapter = part.text if part.kind == Part.Kind.CHAPTER else ""
    return Opened(
        medium=medium,
        part=part,
        html=SafeString(chapter),  # gateway.epub has cleaned it
        previous=number - 1 if number > 1 else None,
        next=number + 1 if number < count else None,
        last=count,
        seconds=progress.seconds if progress else 0,
    )


def file_of(medium: Medium, number: int) -> Part | None:
    """Return the part with the requested file, if any."""
    return Part.objects.filter(medium=medium, number=number).exclude(file="").first()


def illustration_of(medium: Medium, number: int) -> str:
    """Return the file of a picture in a book, or an empty string."""
    row = Illustration.objects.filter(medium=medium, number=number).first()
    return row.file if row else ""
