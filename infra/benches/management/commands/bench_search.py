"""`manage.py bench_search`: answer each search with its cost, and that of its own statements."""

import json
import sys
import time
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from infra.benches.community_sizes import LARGE_SPACE, SMALL_SPACE
from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.search import queries, rules

TIMES = 3


class Sent(NamedTuple):
    """A statement with its values."""

    sql: str
    values: Any


class Command(BaseCommand):
    """The search bench's inner half."""

    help = "Answers each query string on standard input with what its search costs in both spaces."

    def handle(self, **_options: Any) -> None:
        """Do it until the input ends."""
        for line in sys.stdin:
            filters = rules.filters_at(line.strip())
            costs = {space: _cost(space, filters) for space in (SMALL_SPACE, LARGE_SPACE)}
            self.stdout.write(json.dumps(costs))
            self.stdout.flush()


def _cost(space: str, filters: rules.Filters) -> dict[str, Any]:
    with schema.inside(space):
        viewer = User.objects.earliest("pk")
        sent = _statements(filters, viewer)
        whole = min(_seconds(lambda: _search(filters, viewer)) for _ in range(TIMES))
        bare = min(_seconds(lambda: _repeat(sent)) for _ in range(TIMES))
        found = _search(filters, viewer)
    return {
        "seconds": whole,
        "bare": bare,
        "statements": len(sent),
        "found": found.facets.total,
        "forgiving": found.forgiving,
    }


def _search(filters: rules.Filters, viewer: User) -> queries.Results:
    return queries.results(filters, viewer=viewer, at=timezone.now())


def _statements(filters: rules.Filters, viewer: User) -> list[Sent]:
    """Return the statements that a search sends, facets included."""
    sent: list[Sent] = []

    def record_statement(execute: Any, sql: str, values: Any, *rest: Any) -> Any:
        sent.append(Sent(sql, values))
        return execute(sql, values, *rest)

    _search(filters, viewer)
    with connection.execute_wrapper(record_statement):
        _search(filters, viewer)
    return sent


def _repeat(sent: list[Sent]) -> None:
    for sql, values in sent:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.fetchall()


def _seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
