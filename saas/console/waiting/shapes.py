"""The shape of rows that wait for an operator, and their count."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Count, Min, QuerySet, Value


class Waiting(NamedTuple):
    """Rows that need an operator, the column with their start, and the page that shows them.

    Rows with an `alarm`, their key, are mailed once, and again a day before `deadline`, a column.
    """

    rows: QuerySet[Any]
    column: str
    words: Callable[[int], str]
    page: str
    tone: str
    alarm: str = ""
    deadline: str = ""


type Counted = tuple[Waiting, int, dt.datetime]  # kind, number, start of the oldest


def counted(waiting: list[Waiting]) -> list[Counted]:
    """Return each kind with rows, their number and oldest start, from a single statement."""
    first, *others = (
        one.rows.order_by()
        .annotate(nth=Value(number))
        .values("nth")
        .annotate(how_many=Count("pk"), oldest=Min(one.column))
        .values_list("nth", "how_many", "oldest")
        for number, one in enumerate(waiting)
    )
    counts = {
        nth: (count, since) for nth, count, since in first.union(*others, all=True).order_by()
    }
    return [(one, *counts[number]) for number, one in enumerate(waiting) if counts[number][0]]
