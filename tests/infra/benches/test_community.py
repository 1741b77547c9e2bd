"""The benches of the rooms and of the search: their rows fit the tables, their pages answer."""

import json
from pathlib import Path

import pytest

from infra.benches import community, search
from infra.benches.bench_servers import working
from infra.benches.community_sizes import LARGE_SPACE, SMALL_SPACE
from tests.infra.drills import house

FEW = ("bench_community_rows", "--large", "small")


@pytest.mark.usefixtures("own_database")
def test_pages_and_searches_are_measured_in_both_spaces(tmp_path: Path) -> None:
    env = house.environment("bench") | {"DJANGO_SETTINGS_MODULE": "infra.settings_test"}
    assert house.said(*FEW)["members"] == 50
    with working(("bench_community",), env, tmp_path / "community.log") as worker:
        pages = {page: json.loads(worker.ask(url)) for page, url in community.PAGES.items()}
    with working(("bench_search",), env, tmp_path / "search.log") as worker:
        found = {name: json.loads(worker.ask(url)) for name, url in search.SEARCHES.items()}

    both = {SMALL_SPACE, LARGE_SPACE}
    assert all(set(costs) == both for costs in (*pages.values(), *found.values()))
    assert all(cost["statements"] for costs in pages.values() for cost in costs.values())
    assert found["a word of many"][LARGE_SPACE]["found"]
    assert not found["a word of none"][LARGE_SPACE]["found"]
