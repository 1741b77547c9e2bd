"""Things as the home page and neighbouring spaces see them."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.database.statements import Given, statement
from saas.kernel.private_pictures import file_for
from saas.kernel.search import searching
from tenants.community.lending.models import LendingPicture, Thing
from tenants.community.lending.queries import things
from tenants.spaces.audiences import Audience
from tenants.spaces.models import Category

MOST_IN_FEED = 6
MOST_OFFERERS = 300
MOST_OFFERED = 500
WIDTH = 960
A_LONG_TIME = dt.timedelta(days=3650)  # a thing is lent until its owner takes it back


def for_feed(person: User, _at: dt.datetime) -> list[hooks.FeedItem]:
    """Return the newest things that a person may borrow, for their home page, in a single query."""
    rows: list[Any] = _newest(viewer=person)
    tiles = [
        tile._replace(name=tile.name or row.owner.short_name)
        for row, tile in zip(rows, things.tiles_of(rows, cards={}), strict=True)
    ]
    shown = zip(rows, tiles, strict=True)
    return [
        hooks.FeedItem(row.created_at, tile.template, tile.values, site_id=row.site_id)
        for row, tile in shown
    ]


@statement
def _newest(viewer: Given) -> QuerySet[Thing]:
    newest = things.lent(viewer=viewer).select_related("owner").order_by("-created_at")
    return things.with_cover(newest)[:MOST_IN_FEED]


def offered_items(_at: dt.datetime) -> list[hooks.OfferedItem]:
    """List the things offered to neighbours while a treaty opens loans, newest first."""
    rows = Thing.objects.filter(
        audience=Audience.NEIGHBOURS, withdrawn_at=None, hidden_at=None, owner__is_active=True
    )
    return [_item(row) for row in things.with_cover(rows).order_by("-created_at")[:MOST_OFFERED]]


def _item(row: Any) -> hooks.OfferedItem:
    cover = things.cover_of(row)
    return hooks.OfferedItem(
        category=Category.LOANS,
        reference=row.reference,
        url=row.get_absolute_url(),
        kind="lend",
        title=row.title,
        description=row.description,
        price_cents=None,
        price_unit="whole",
        place=row.place,
        author_id=row.owner_id,
        picture=file_for(cover, WIDTH) if cover else "",
        created_at=row.created_at,
        expires_at=row.created_at + A_LONG_TIME,
    )


def is_shared(picture: LendingPicture) -> bool:
    """Return True if neighbours can see the thing that a picture belongs to."""
    shared = Thing.objects.filter(audience=Audience.NEIGHBOURS, hidden_at=None)
    return shared.filter(pictures=picture).exists()


def offers_of(person_id: int, viewer: User, _at: dt.datetime) -> list[hooks.FeedItem]:
    """Return the person's things that the viewer may borrow, for the person's card."""
    rows = things.lent(viewer=viewer).filter(owner_id=person_id).order_by("-created_at")
    newest: list[Any] = list(things.with_cover(rows)[:MOST_IN_FEED])
    shown = zip(newest, things.tiles_of(newest, cards={}), strict=True)
    return [hooks.FeedItem(row.created_at, tile.template, tile.values) for row, tile in shown]


def offerers(words: str, viewer: User, _at: dt.datetime) -> list[int]:
    """Return the owners of things with these words, for the directory of members."""
    rows = things.lent(viewer=viewer).filter(searching.has_words(words)).exclude(owner=None)
    owners: list[Any] = list(
        rows.order_by("-pk").values_list("owner_id", flat=True)[:MOST_OFFERERS]
    )
    return owners


def offered_titles(people: list[int], viewer: User, _at: dt.datetime) -> dict[int, list[str]]:
    """Return the titles of things that people lend, the newest first."""
    rows = things.lent(viewer=viewer).filter(owner_id__in=people)
    titles: dict[int, list[str]] = {}
    newest: Any = rows.order_by("-created_at", "-pk").values_list("owner_id", "title")
    for owner_id, title in newest[:MOST_OFFERERS]:
        titles.setdefault(owner_id, []).append(title)
    return titles
