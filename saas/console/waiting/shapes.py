"""The shape of rows that wait for an operator, and their count."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Min, QuerySet, Value

from saas.kernel.database.statements import Statement


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


class Counting:
    """A count of kinds of waiting rows: put together once, run as often as one likes."""

    def __init__(self, waiting: Sequence[Waiting]) -> None:
        self.waiting = waiting
        self._statement = Statement(self._counts)

    def run(self) -> list[Counted]:
        """Return each kind with rows, their number and oldest start, from a single statement."""
        counts = {nth: (count, since) for nth, count, since in self._statement()}
        return [(kind, *counts[nth]) for nth, kind in enumerate(self.waiting) if counts[nth][0]]

    def _counts(self) -> QuerySet[Any, Any]:
        first, *others = (
            kind.rows.order_by()
            .annotate(nth=Value(nth))
            .values("nth")
            .annotate(how_many=Count("pk"), oldest=Min(kind.column))
            .values_list("nth", "how_many", "oldest")
            for nth, kind in enumerate(self.waiting)
        )
        counts: QuerySet[Any, Any] = first.union(*others, all=True).order_by()
        return counts


def counted(waiting: Sequence[Waiting]) -> list[Counted]:
    """Return each kind with rows, their number and oldest start, from a single statement."""
    return Counting(waiting).run()
