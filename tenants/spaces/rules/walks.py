"""Walking distances, valid coordinates of a place, and rounded head-counts."""

import math
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.values.points import Point, metres

DETOUR = 1.3
METRES_A_MINUTE = 80
MOST_LATITUDE, MOST_LONGITUDE = 90, 180


def walking_minutes(place: Point, gates: Iterable[Point]) -> int:
    """Return the minutes on foot from the nearest gate, rounded up; at least a minute."""
    nearest = min(metres(gate, place) for gate in gates)
    return max(1, math.ceil(nearest * DETOUR / METRES_A_MINUTE))


def reach_metres(minutes: int) -> float:
    """Return the distance in metres, as the crow flies, reachable on foot in some minutes."""
    return minutes * METRES_A_MINUTE / DETOUR


def rounded(head_count: int) -> int:
    """Return a head-count as it is shown to merchants: about how many, never exactly."""
    step = 10 if head_count < 100 else 50 if head_count < 1000 else 100  # noqa: PLR2004 - steps
    return max(10, (head_count + step // 2) // step * step)


def check_place(latitude: Decimal, longitude: Decimal) -> None:
    """Raise Refused for coordinates out of range, or at 0, 0."""
    if abs(latitude) > MOST_LATITUDE:
        raise Refused(
            _("La latitude va de −90 à 90 degrés, par exemple 48,8566."), field="latitude"
        )
    if abs(longitude) > MOST_LONGITUDE:
        raise Refused(
            _("La longitude va de −180 à 180 degrés, par exemple 2,3522."), field="longitude"
        )
    if not latitude and not longitude:
        raise Refused(
            _("Ce point est au milieu de l’océan : relevez les coordonnées de votre entrée."),
            field="latitude",
        )
