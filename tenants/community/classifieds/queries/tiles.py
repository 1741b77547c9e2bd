"""Classifieds as lists show them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from saas.kernel import hooks
from saas.kernel.display.people import tone_of
from saas.kernel.display.tiles import Tile
from saas.kernel.private_pictures import srcset_of, url_of
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified, Picture

TILE_WIDTH = 480


def with_cover(classifieds: QuerySet[Classified]) -> QuerySet[Classified]:
    """Bring the first picture that can be shown along with each classified."""
    ready = Picture.objects.filter(classified=OuterRef("pk"), state=Picture.State.READY)
    first = ready.order_by("position", "id").values(data=JSONObject(name="name", width="width"))
    return classifieds.annotate(cover=Subquery(first[:1]))


def tiles_of(
    rows: list[Classified],
    *,
    at: dt.datetime,
    cards: dict[int, hooks.PersonCard] | None = None,
) -> list[Tile]:
    """Draw rows that were brought with their covers; the first two are seen at once."""
    cards = hooks.cards_of(row.author_id for row in rows) if cards is None else cards
    return [
        _tile(row, cards.get(row.author_id), at=at, first=number < 2)  # noqa: PLR2004 - a row of two
        for number, row in enumerate(rows)
    ]


def preview_of(sketch: Any, pictures: Sequence[Picture], *, at: dt.datetime) -> Tile:
    """Return the card of an unposted classified; its link leads nowhere."""
    ready = [one for one in pictures if one.state == Picture.State.READY]
    sketch.cover = {"name": ready[0].name, "width": ready[0].width} if ready else None
    (tile,) = tiles_of([sketch], at=at)
    return tile._replace(url="#preview")


def _tile(row: Classified, card: hooks.PersonCard | None, *, at: dt.datetime, first: bool) -> Tile:
    cover = cover_of(row)
    over = rules.ending(row, at=at)
    return Tile(
        url=row.get_absolute_url(),
        reference=row.reference,
        title=row.title,
        kind=rules.kind_in_words(row),
        symbol=rules.symbol_of(row),
        picture=url_of(cover, TILE_WIDTH) if cover else "",
        srcset=srcset_of(cover) if cover else "",
        cents=row.price_cents,
        gift=rules.is_gift(row.kind, row.price_cents),
        unit=str(rules.PER.get(row.price_unit, "")),
        state=over or (rules.state_of(row, at=at) if row.reserved_for_id else ""),
        over=bool(over),
        place=row.place,
        name=card.short_name if card else "",
        note=card.company or card.team if card else "",
        person_tone=tone_of(row.author_id),
        when=row.created_at,
        first=first,
        seen=rules.seen_in_words(row.audience),
        badge=card.badge if card else "",
        colour=card.colour if card else "",
    )


def cover_of(row: Any) -> Picture | None:
    """Return the picture annotated by `with_cover`, if any."""
    return Picture(**row.cover) if row.cover else None
