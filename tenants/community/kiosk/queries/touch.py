"""Things that are found on a touched screen: what authors let onto the wall, and no more."""

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
    """One thing that was found, as a key that a finger meets."""

    reference: str
    label: str
    title: str
    note: str
    price: str
    symbol: str
    picture: str


def found(words: str, at: dt.datetime) -> list[Found]:
    """Return what hangs, or may hang, and has these words; without any, the newest of each room."""
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
    """Find one thing that its author let onto the wall."""
    return next(iter(_slides_on_wall(touching.OnWall(reference=reference), at)), None)


def thing(reference: str, space: SpaceCard, at: dt.datetime) -> dict[str, Any] | None:
    """Return how one thing is drawn, with the code that brings it to a phone."""
    slide = slide_on_wall(reference, at)
    if slide is None:
        return None
    address = reverse("kiosk:scanned", args=[playlist.go_code(slide)])
    whole = hosts.space_url(space.slug, f"{address}?{urlencode({'about': reference})}")
    own = {"picture": _picture(slide), "code": qr.data_uri(whole)}
    return {**playlist.drawn(slide, slug=space.slug), **own}


def _slides_on_wall(wall: touching.OnWall, at: dt.datetime) -> list[Slide]:
    """Ask the rooms; what a manager took off the screens is not found on them either."""
    arranged = playlist.arranged()
    return [
        slide
        for answer in touching.on_wall.ask(wall, at)
        for slide in answer
        if not arranged.get(loop.slide_id(slide), loop.Arranged()).is_hidden
    ]


def _picture(slide: Slide) -> str:
    return reverse("kiosk:touch_picture", args=[slide.reference]) if slide.picture else ""
