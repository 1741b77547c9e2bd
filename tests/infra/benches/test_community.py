"""The benches of the rooms and of the search: their rows fit the tables, their pages answer."""

import io
import json
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from infra.benches import community, search
from infra.benches.community_sizes import LARGE_SPACE, SMALL_SPACE
from infra.benches.management.commands import bench_community, bench_search
from saas.kernel import schema
from tests.tenants.spaces.database import connecting

FEW = ("bench_community_rows", "--large", "small")


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make an inner half respond in this process to each line sent to it, only once."""
    for half in (bench_community, bench_search):
        monkeypatch.setattr(half, "TIMES", 1)

    def ask(command: str, lines: Mapping[str, str]) -> dict[str, Any]:
        output = io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines.values())))
        call_command(command, stdout=output)
        answers = map(json.loads, output.getvalue().splitlines())
        return dict(zip(lines, answers, strict=True))

    return ask


@pytest.mark.proof  # opens each page in two spaces that are filled first
@pytest.mark.usefixtures("own_database")
def test_pages_and_searches_are_measured_in_both_spaces(fetched: Any) -> None:
    output = io.StringIO()
    with connecting.as_owner():
        with schema.inside(SMALL_SPACE), connection.cursor() as cursor:
            cursor.execute("SELECT nextval('ids')")  # the sequence was used before
        call_command(*FEW, stdout=output)
    assert json.loads(output.getvalue())["members"] == 50
    pages = fetched("bench_community", community.PAGES)
    found = fetched("bench_search", search.SEARCHES)
    both = {SMALL_SPACE, LARGE_SPACE}
    assert all(set(costs) == both for costs in (*pages.values(), *found.values()))
    assert all(cost["statements"] for costs in pages.values() for cost in costs.values())
    assert found["a word of many"][LARGE_SPACE]["found"]
    assert not found["a word of none"][LARGE_SPACE]["found"]
