"""No request to the API of a space, by its own description or against it, is answered by 5xx."""

from infra.drills import web_services
from infra.drills.harness import Asked, Bar, Report

FULL = 120
FAULTS = frozenset({"numbers_unchecked"})


def run(asked: Asked, bar: Bar) -> Report:
    """Send `rounds` requests of each kind to every operation that the description names."""
    return web_services.run("fuzz", asked=asked, rounds=asked.rounds or FULL, bar=bar)
