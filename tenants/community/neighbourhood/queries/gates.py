"""Gates at which walks begin in this space."""

import datetime as dt
from typing import NamedTuple

from saas.kernel.values.points import Point
from tenants.spaces import places


class GateWithBreak(NamedTuple):
    """A gate of the space, where walks begin, with the break of its site."""

    name: str
    point: Point
    break_starts: dt.time
    break_ends: dt.time


def gates_here() -> list[GateWithBreak]:
    """Return the gates of this space."""
    here = places.here()
    return [
        GateWithBreak(gate.name, gate.point, site.break_starts, site.break_ends)
        for gate in here.gates
        for site in [here.sites[gate.site_id]]
    ]
