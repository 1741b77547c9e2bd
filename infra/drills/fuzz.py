"""No request to the API of a space, by its own description or against it, is answered by 5xx."""

from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import web_services

FULL = 120
FAULTS = frozenset({"numbers_unchecked"})


def run(options: DrillOptions, bar: Bar) -> Report:
    """Send `rounds` requests of each kind to every operation that the description names."""
    return web_services.run("fuzz", options=options, rounds=options.rounds or FULL, bar=bar)
