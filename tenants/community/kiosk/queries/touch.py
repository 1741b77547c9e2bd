"""Search on a touch screen: only slides that their authors permit on screens."""

import datetime as dt
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from saas.kernel.display import qr
from saas.kernel.hooks import Slide
from saas.kernel.web import touching
from tenants.community.kiosk.queries import playlist
from tenants.community.kiosk.rules import loop
from tenants.spaces import hosts
from tenants.spaces.hosts import SpaceCard


class Found(NamedTuple):
    """A search result, shown as a button."""

    reference: str
    label: str
    title: str
    note: str
    price: str
    symbol: str
    picture: str


def found(words: str, at: dt.datetime) -> list[Found]:
    """Return the slides that match the words; without words, the newest of each room."""
    return [
        Found(
            slide.reference,
            slide.label,
            slide.title,
            slide.note,
            slide.price,
            slide.symbol,
            _picture(slide),
        )
        for slide in _slides_on_wall(touching.OnWall(words=words), at)
    ]


def slide_on_wall(reference: str, at: dt.datetime) -> Slide | None:
    """Return a slide by reference if its author permits it on screens."""
    return next(iter(_slides_on_wall(touching.OnWall(reference=reference), at)), None)


def thing(reference: str, space: SpaceCard, at: dt.datetime) -> dict[str, Any] | None:
    """Return the drawing of a slide, with the QR code for a phone."""
    slide = slide_on_wall(reference, at)
    if slide is None:
        return None
    address = reverse("kiosk:scanned", args=[playlist.go_code(slide)])
    whole = hosts.space_url(space.slug, f"{address}?{urlencode({'about': reference})}")
    own = {"picture": _picture(slide), "code": qr.data_uri(whole)}
    return {**playlist.drawn(slide, slug=space.slug), **own}


def _slides_on_wall(wall: touching.OnWall, at: dt.datetime) -> list[Slide]:
    """Return the slides of all rooms, without the slides that a manager has hidden."""
    arranged = playlist.arranged()
    return [
        slide
        for slide in touching.on_wall.collect(wall, at)
        if not arranged.get(loop.slide_id(slide), loop.Arranged()).is_hidden
    ]


def _picture(slide: Slide) -> str:
    return reverse("kiosk:touch_picture", args=[slide.reference]) if slide.picture else ""
