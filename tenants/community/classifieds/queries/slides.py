"""Classifieds that their authors let onto the screens of the space."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from saas.kernel import hooks
from saas.kernel.display.writing import price
from saas.kernel.private_pictures import file_for
from saas.kernel.web import touching
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries.board import all_open
from tenants.community.classifieds.queries.single import KIND
from tenants.community.classifieds.queries.tiles import cover_of, with_cover

MOST_SLIDES = 10
WIDTH = 960


def slides(at: dt.datetime) -> list[hooks.Slide]:
    """List the slides of classifieds for screens, newest first, without reserved classifieds."""
    return [_slide(row) for row in _shown(at=at)[:MOST_SLIDES]]


def on_wall(wall: touching.OnWall, at: dt.datetime) -> list[hooks.Slide]:
    """List the slides requested on a touch screen."""
    return [_slide(row) for row in touching.narrowed(_shown(at=at), wall)]


def _shown(*, at: dt.datetime) -> QuerySet[Any]:
    shown = all_open(at=at).filter(on_screens=True, hidden_at=None, reserved_for=None)
    rows = shown.exclude(audience=Classified.Audience.COMPANY).select_related("author")
    return with_cover(rows).order_by("-created_at", "-pk")


def _slide(row: Any) -> hooks.Slide:
    cover = cover_of(row)
    unit = str(rules.PER.get(row.price_unit, ""))
    return hooks.Slide(
        kind=KIND,
        reference=row.reference,
        title=row.title,
        label=rules.kind_in_words(row),
        note=row.place,
        url=row.get_absolute_url(),
        starts_at=row.created_at,
        ends_at=row.expires_at,
        price="" if row.price_cents is None else f"{price(row.price_cents)}{unit}",
        symbol=rules.symbol_of(row),
        picture=file_for(cover, WIDTH) if cover else "",
        author=row.author.short_name,
    )
