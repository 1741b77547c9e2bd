"""No request to the API of a space, by its own description or against it, is answered by 5xx."""

from infra.drills import web_services
from infra.drills.harness import Bar, DrillOptions, Report

FULL = 120
FAULTS = frozenset({"numbers_unchecked"})


def run(options: DrillOptions, bar: Bar) -> Report:
    """Send `rounds` requests of each kind to every operation that the description names."""
    return web_services.run("fuzz", options=options, rounds=options.rounds or FULL, bar=bar)
