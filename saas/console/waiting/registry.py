"""All rows that wait for an operator.

A new kind is a function in the module of its subject, named in that module's `waiting`.
"""

import datetime as dt

from saas.console.queues.registry import QUEUES
from saas.console.waiting import books, catalogue, councils, payments, shares, spaces, stripe
from saas.console.waiting.shapes import Waiting


def waiting_rows(*, at: dt.datetime) -> list[Waiting]:
    """Return the rows of each kind that wait for an operator."""
    return [
        *stripe.waiting(at),
        *books.waiting(at),
        *payments.waiting(at),
        *councils.waiting(),
        *shares.waiting(at),
        *spaces.waiting(at),
        *catalogue.waiting(at),
        *(queue.waiting() for queue in QUEUES),
    ]
