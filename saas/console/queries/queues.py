"""Rows of a queue as shown on its pages, a single row, and the row after it."""

import datetime as dt
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Model

from saas.console.queues.shapes import DecidedRow, Queue, QueueRow

ON_A_PAGE = 25


class QueuePage(NamedTuple):
    """Page of pending rows, and the last answers."""

    rows: list[QueueRow]
    page: Page[Any]
    decided: list[DecidedRow]


class ItemPage(NamedTuple):
    """Row of a queue, its pending state, the number of pending rows, and the next reference."""

    row: QueueRow
    shown: Any
    waits: bool
    waiting: int
    next_reference: str


def queue_page(queue: Queue[Any], number: str) -> QueuePage:
    """Return a page of a queue."""
    page = Paginator(queue.ordered(), ON_A_PAGE).get_page(number)
    return QueuePage([queue.row_of(row) for row in page], page, queue.decided())


def item_page(queue: Queue[Any], row: Model, *, at: dt.datetime) -> ItemPage:
    """Return a row of a queue with its particulars."""
    waiting = list(queue.ordered().values_list("pk", flat=True))
    return ItemPage(
        row=queue.row_of(row),
        shown=queue.shown(row, at=at),
        waits=row.pk in waiting,
        waiting=len(waiting),
        next_reference=reference_after(queue, row),
    )


def reference_after(queue: Queue[Any], row: Model) -> str:
    """Return the reference of the next pending row; after the last row, that of the first."""
    rows = list(queue.ordered())
    places = [place for place, one in enumerate(rows) if one.pk == row.pk]
    others = rows[places[0] + 1 :] + rows[: places[0]] if places else rows
    return queue.row_of(others[0]).reference if others else ""
