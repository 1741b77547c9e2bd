"""Places that lie around, as a screen shows them that people touch."""

import datetime as dt
from typing import NamedTuple

from django.urls import reverse

from saas.kernel.display import qr, walking
from tenants.community.neighbourhood.queries.around import Page, service_page, shop_page, spots
from tenants.community.neighbourhood.queries.gates import gates_here
from tenants.community.neighbourhood.queries.mapped import CITY, Spot, map_of
from tenants.spaces import hosts


class OnTouch(NamedTuple):
    """The places nearby, the nearest first, and their map."""

    spots: list[Spot]
    map: walking.WalkingMap


class PlaceOnTouch(NamedTuple):
    """A place in full, and the code that brings its page to a phone."""

    page: Page
    code: str


def on_touch(at: dt.datetime) -> OnTouch:
    """Return the neighbourhood; each place links to its own page of the touch screen."""
    near = [spot._replace(url=_address_of(spot)) for spot in spots(gates_here(), (), at)]
    return OnTouch(near, map_of(near))


def place_on_touch(
    slug: str, *, of_city: bool, space: hosts.SpaceCard, at: dt.datetime
) -> PlaceOnTouch | None:
    """Return a place that lies around; nothing where it is too far or not published."""
    page = service_page(slug, at) if of_city else shop_page(slug, at)
    near = spots(gates_here(), (), at)
    if page is None or not any((one.slug, one.sort) == (slug, page.spot.sort) for one in near):
        return None
    return PlaceOnTouch(page, qr.data_uri(hosts.space_url(space.slug, page.spot.url)))


def _address_of(spot: Spot) -> str:
    page = "touch_service" if spot.sort == CITY else "touch_merchant"
    return reverse(f"neighbourhood:{page}", args=[spot.slug])
