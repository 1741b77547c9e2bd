"""Where walks begin in this space."""

import datetime as dt
from typing import NamedTuple

from tenants.spaces.models import OwnGate, OwnSite
from tenants.spaces.rules import Point


class Door(NamedTuple):
    """A gate of the space, where walks begin, with the break of its site."""

    name: str
    point: Point
    break_starts: dt.time
    break_ends: dt.time


def gates() -> list[Door]:
    """Return the gates of this space."""
    sites = {site.pk: site for site in OwnSite.objects.all()}
    return [
        Door(
            gate.name,
            (float(gate.latitude), float(gate.longitude)),
            sites[gate.site_id].break_starts,
            sites[gate.site_id].break_ends,
        )
        for gate in OwnGate.objects.all()
    ]
