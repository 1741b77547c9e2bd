"""The map of the neighbourhood: places around a gate, with streets under them.

Where all places lie around a gate, they stand as on a plan, above the streets. The gates of a space
with distant sites are laid upon one another: the map has the minutes from each, and no streets.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.geocoding import streets
from saas.kernel.display import walking
from saas.kernel.values.points import Point, metres
from tenants.community.neighbourhood import rules
from tenants.community.neighbourhood.queries.gates import GateWithBreak
from tenants.spaces.rules.walks import reach_metres

CITY = "city"


class Spot(NamedTuple):
    """A merchant or a service of the city, as seen from the nearest gate."""

    slug: str
    name: str
    sort: str
    kind: str
    symbol: str
    url: str
    picture: str
    point: Point
    gate: GateWithBreak
    minutes: int
    open: bool
    opening: str
    at_break: bool
    sponsored: bool
    words: str
    reference: str = ""
    recommended: int = 0


def map_of(shown: Iterable[Spot]) -> walking.WalkingMap:
    """Draw places around the gate."""
    found = list(shown)
    middle = middle_of(found)
    drawn = walking.walking_map(places_of(found), gate=gate_of(found))
    if middle is None:
        return drawn
    return streets.under_pins(drawn, middle.point, metres_a_minute=reach_metres(1))


def middle_of(shown: Sequence[Spot]) -> GateWithBreak | None:
    """Return the gate of most places, if all lie around it; null for distant sites."""
    counts = Counter(spot.gate for spot in shown)
    if not counts:
        return None
    [(gate, _count)] = counts.most_common(1)
    farthest = max(metres(gate.point, spot.point) for spot in shown)
    return gate if farthest <= reach_metres(rules.ON_A_PLAN_MINUTES) else None


def places_of(shown: Iterable[Spot]) -> list[walking.Place]:
    """Return places for the map; on a plan, the space's other gates are among them."""
    found = list(shown)
    middle = middle_of(found)
    if middle is None:
        return [_place(spot, spot.gate) for spot in found]
    others = dict.fromkeys(spot.gate for spot in found if spot.gate != middle)
    places = [
        dataclasses.replace(_place(spot, middle), drawn_at=_minutes(middle, spot.point))
        for spot in found
    ]
    return places + [
        walking.Place(
            gate.name,
            round(_minutes(middle, gate.point)),
            walking.bearing(origin=middle.point, goal=gate.point),
            sort=walking.Sort.GATE,
            drawn_at=_minutes(middle, gate.point),
        )
        for gate in others
    ]


def gate_of(shown: Iterable[Spot]) -> str:
    """Return the name of the map's middle: its gate, or yours."""
    middle = middle_of(list(shown))
    return middle.name if middle else _("Chez vous")


def _place(spot: Spot, gate: GateWithBreak) -> walking.Place:
    way = walking.bearing(origin=gate.point, goal=spot.point)
    return walking.Place(spot.name, spot.minutes, way, spot.url, _sign(spot))


def _minutes(gate: GateWithBreak, point: Point) -> float:
    return metres(gate.point, point) / reach_metres(1)


def _sign(spot: Spot) -> walking.Sort:
    if spot.sponsored:
        return walking.Sort.SPONSORED
    if spot.sort == CITY:
        return walking.Sort.CITY
    return walking.Sort.OPEN if spot.open else walking.Sort.SHUT
