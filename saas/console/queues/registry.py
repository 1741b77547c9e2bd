"""All queues of the console, in the order of *À traiter*.

A queue has a line here and another in `saas/console/urls.py`, and a template with its particulars.
"""

from typing import Any

from saas.console.queues.ads import ADS, OFFERS
from saas.console.queues.councils import COUNCILS
from saas.console.queues.shapes import Queue
from saas.console.queues.shops import JOINS, SHOPS
from saas.console.queues.spaces import SPACES

QUEUES: tuple[Queue[Any], ...] = (SPACES, SHOPS, JOINS, ADS, OFFERS, COUNCILS)


def queue_of(key: str) -> Queue[Any] | None:
    """Return the queue of a key."""
    return next((queue for queue in QUEUES if queue.key == key), None)
