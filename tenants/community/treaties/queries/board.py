"""Neighbours' things, read by views and a policy that ask which treaty opens them."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.display import writing
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.search.sorting import sort_key
from tenants.community.treaties import rules, wording
from tenants.community.treaties.models import HiddenItem, Question
from tenants.community.treaties.queries.threads import thread_about
from tenants.spaces.models import (
    Category,
    OpenClause,
    OpenItem,
)

PAGE_SIZE = 24


class Filters(NamedTuple):
    """The filters of a search among the neighbours; everything empty is all of it."""

    category: str = ""
    space: str = ""


class Rows(NamedTuple):
    """Some neighbours' items, each with a clause of its space, and all clauses."""

    rows: list[tuple[OpenItem, OpenClause]]
    clauses: list[OpenClause]


class Board(NamedTuple):
    """A page of neighbours' items, with its filters."""

    tiles: list[Tile]
    previous: int | None
    next: int | None
    spaces: list[tuple[str, str]]
    categories: list[tuple[str, str, str]]
    linked: bool


class Detail(NamedTuple):
    """A neighbour's thing as its page shows it, and where it comes from."""

    item: OpenItem
    tile: Tile
    space_name: str
    space_slug: str
    thread: str
    reported_as: str
    hidden: bool


def shown(*, at: dt.datetime, judging: bool = False) -> QuerySet[OpenItem]:
    """Return the neighbours' items visible here now: a database view leaves out all others.

    Items hidden by moderation are only returned with `judging`.
    """
    if schema.current() == schema.PUBLIC:
        raise RuntimeError("what neighbours show is read inside a space, under its role")
    found = OpenItem.objects.filter(expires_at__gt=at)
    return found if judging else found.filter(~Exists(_hidden()))


def _hidden() -> QuerySet[HiddenItem]:
    return HiddenItem.objects.filter(
        giver_id=OuterRef("tenant_id"), item_reference=OuterRef("reference")
    )


def rows_of(filters: Filters, *, at: dt.datetime, start: int, size: int) -> Rows:
    """Return some neighbours' items, the newest first, each with its space; and the clauses.

    Two queries; an item is left out if its treaty ended between them.
    """
    clauses = list(OpenClause.objects.all())
    spaces_by_id = {clause.tenant_id: clause for clause in clauses}
    found = listing(filters, clauses, at=at)[start : start + size]
    rows = [(row, spaces_by_id[row.tenant_id]) for row in found if row.tenant_id in spaces_by_id]
    return Rows(rows, clauses)


def listing(filters: Filters, clauses: list[OpenClause], *, at: dt.datetime) -> QuerySet[OpenItem]:
    """Return the items of the neighbours in these clauses, the newest first."""
    return shown(at=at).filter(**_narrowed(filters, clauses)).order_by("-created_at", "-pk")


def clauses_in_force() -> list[OpenClause]:
    """Return the clauses that open neighbours' items to this space."""
    return list(OpenClause.objects.all())


def board(filters: Filters, *, at: dt.datetime, number: int = 1) -> Board:
    """Return a page of neighbours' items, with its filters."""
    start = (number - 1) * PAGE_SIZE
    rows, clauses = rows_of(filters, at=at, start=start, size=PAGE_SIZE + 1)
    open_now = {clause.category for clause in clauses}
    return Board(
        tiles=[
            tile_of(row, clause.slug, clause.name, first=place < 2)  # noqa: PLR2004 - a row of two
            for place, (row, clause) in enumerate(rows[:PAGE_SIZE])
        ],
        previous=number - 1 if number > 1 else None,
        next=number + 1 if len(rows) > PAGE_SIZE else None,
        spaces=sorted(
            {(clause.slug, clause.name) for clause in clauses},
            key=lambda space: sort_key(space[1]),
        ),
        categories=[
            (one.value, str(one.label), rules.SYMBOLS[one])
            for one in Category
            if one.value in open_now
        ],
        linked=bool(clauses),
    )


def _narrowed(filters: Filters, clauses: list[OpenClause]) -> dict[str, Any]:
    narrowed: dict[str, Any] = {}
    if filters.category:
        narrowed["category"] = filters.category
    if filters.space:
        named = [clause.tenant_id for clause in clauses if clause.slug == filters.space]
        narrowed["tenant_id__in"] = named[:1]
    return narrowed


def tile_of(item: OpenItem, slug: str, space: str, *, first: bool = False) -> Tile:
    """Return a neighbour's item as a tile."""
    return Tile(
        url=reverse("treaties:detail", args=[slug, item.reference]),
        title=item.title,
        kind=str(wording.KINDS.get(item.kind, "")),
        symbol=wording.KIND_SYMBOLS.get(item.kind, "tag"),
        picture=picture_url(item),
        cents=item.price_cents,
        gift=item.kind == "give",
        unit=str(wording.PER.get(item.price_unit, "")),
        place=item.place,
        name=item.author,
        note=f"{space} · {item.company}" if item.company else space,
        person_tone=tone_of(item.pk),
        when=item.created_at,
        first=first,
        state=writing.moment(item.starts_at) if item.starts_at else "",
    )


def picture_url(item: OpenItem) -> str:
    """Return the address of an item's copied picture; empty without a picture."""
    if not item.picture:
        return ""
    return reverse("treaties:picture", args=[rules.token_in(item.picture)])


def picture_shown(token: str, *, viewer: User, at: dt.datetime) -> str:
    """Return the stored name of a copied picture while its thing is shown to us, else nothing."""
    name = rules.name_of_token(token)
    there = shown(at=at).filter(picture=name).exists() or (
        rules.judges(hooks.duties_of(viewer))
        and shown(at=at, judging=True).filter(picture=name).exists()
    )
    return name if there and default_storage.exists(name) else ""


def find(
    slug: str, reference: str, *, viewer: User, at: dt.datetime
) -> tuple[OpenItem, OpenClause] | None:
    """Return a neighbour's item with its origin; a hidden item only for a moderator."""
    clause = OpenClause.objects.filter(slug=slug).first()
    if clause is None:
        return None
    judging = rules.judges(hooks.duties_of(viewer))
    there = shown(at=at, judging=judging)
    item = there.filter(tenant_id=clause.tenant_id, reference=reference).first()
    return (item, clause) if item else None


def detail(found: tuple[OpenItem, OpenClause], *, viewer: User) -> Detail:
    """Return a neighbour's item for its page, with the viewer's exchange about it."""
    item, clause = found
    last = thread_about(item.tenant_id, item.reference, person=viewer)
    return Detail(
        item=item,
        tile=tile_of(item, clause.slug, clause.name),
        space_name=clause.name,
        space_slug=clause.slug,
        thread=last.thread if last else "",
        reported_as=rules.reported_as(item.tenant_id, item.reference),
        hidden=is_hidden(item),
    )


def item_url(question: Question, *, viewer: User, at: dt.datetime) -> str:
    """Return the page of a message's item for its reader, or an empty text if it is gone."""
    if question.giver_slug:
        found = find(question.giver_slug, question.item_reference, viewer=viewer, at=at)
        names = [question.giver_slug, question.item_reference]
        return reverse("treaties:detail", args=names) if found else ""
    answers = hooks.offered_items.ask(at)
    items = [one for answer in answers for one in answer]
    return next((one.url for one in items if one.reference == question.item_reference), "")


def is_hidden(item: OpenItem) -> bool:
    """Return True if moderation hides a neighbour's item here."""
    hidden = HiddenItem.objects.filter(giver_id=item.tenant_id, item_reference=item.reference)
    return hidden.exists()
