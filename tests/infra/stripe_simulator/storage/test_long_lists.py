"""Lists of many thousands: a page reads only its own rows."""

from typing import Any

import pytest

from infra.stripe_simulator.objects import balance, money
from infra.stripe_simulator.paging import page
from infra.stripe_simulator.rows import Rows
from infra.stripe_simulator.settings import Settings
from infra.stripe_simulator.store import PLATFORM, Store
from infra.stripe_simulator.world import Call, World

A_DAY = 24 * 3600
DAYS, EACH_DAY = 20, 1000
BEGAN = 1_750_000_000


@pytest.fixture(scope="module")
def world() -> World:
    made = World(Settings(api_key="sk_test_lists", base="http://127.0.0.1:1"))
    for day in range(DAYS):
        with made.clock.pinned(BEGAN + day * A_DAY):
            for _ in range(EACH_DAY):
                money.book(made, "topup", 100, owner=PLATFORM, currency="eur", source=None)
    return made


def listed(world: World, **params: Any) -> list[str]:
    """Turn all pages of a list over."""
    names: list[str] = []
    more = True
    while more:
        cursor = {"starting_after": names[-1]} if names else {}
        found = balance.transactions(world, Call({}, {"limit": 100, **params, **cursor}))
        names += [row["id"] for row in found["data"]]
        more = found["has_more"]
    return names


def looked_at(store: Store, params: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Count how many records a page looks at."""
    seen = 0

    def is_listed(_row: dict[str, Any]) -> bool:
        nonlocal seen
        seen += 1
        return True

    found = page(
        store, "balance_transaction", params, url="/v1/balance_transactions", keep=is_listed
    )
    return seen, found


def test_pages_together_hold_each_row_once(world: World) -> None:
    names = listed(world)
    assert len(names) == len(set(names)) == DAYS * EACH_DAY


def test_a_day_out_of_many_is_found_without_looking_at_the_others(world: World) -> None:
    start = BEGAN + 7 * A_DAY
    day = {"created": {"gte": start, "lt": start + A_DAY}}
    seen, found = looked_at(world.store, day | {"limit": 100})
    assert seen == 101
    assert found["has_more"]
    assert len(listed(world, **day)) == EACH_DAY


@pytest.mark.parametrize("cursor", ["starting_after", "ending_before"])
def test_a_cursor_goes_on_from_where_it_is(world: World, cursor: str) -> None:
    middle = listed(world)[9000]
    seen, found = looked_at(world.store, {"limit": 50, cursor: middle})
    assert seen == 51
    assert len(found["data"]) == 50
    assert middle not in [row["id"] for row in found["data"]]


def test_turning_twenty_thousand_moves_over_looks_at_each_about_once(world: World) -> None:
    names, seen, more = [""], 0, True
    while more:
        cursor = {"starting_after": names[-1]} if names[-1] else {}
        looked, found = looked_at(world.store, {"limit": 100, **cursor})
        names += [row["id"] for row in found["data"]]
        seen, more = seen + looked, found["has_more"]
    assert len(names) == 1 + DAYS * EACH_DAY
    assert seen < 1.02 * DAYS * EACH_DAY


def test_removed_rows_leave_no_gap_in_the_order() -> None:
    rows = Rows()
    records = [{"_order": place, "created": place} for place in range(1, 1001)]
    for record in records:
        rows.put(record)
    for record in records[:900]:
        rows.remove(record["_order"])
    assert list(rows.forwards()) == records[900:]
    assert list(rows.backwards()) == records[:899:-1]
    assert len(rows.records) < 1000


def test_records_out_of_time_are_still_all_looked_at() -> None:
    rows = Rows()
    for place, moment in enumerate([50, 20, 40], 1):
        rows.put({"_order": place, "created": moment})
    assert rows.span(30, 60) == (0, 3)


def test_record_out_of_order_does_not_read_all_others() -> None:
    rows = Rows()
    moments = list(range(0, 100_000, 10))
    moments[500] -= 13
    for place, moment in enumerate(moments, 1):
        rows.put({"_order": place, "created": moment})
    low, high = rows.span(4_987, 4_987)
    assert [row["created"] for row in rows.forwards(low, high) if row["created"] == 4_987]
    assert high - low < 5
    low, high = rows.span(90_000, None)
    assert [row["created"] for row in rows.forwards(low, high)] == moments[9_000:]


def test_a_record_that_comes_back_with_its_place_stands_there() -> None:
    store = Store()
    first = store.put("kind", {"id": "a"})
    store.put("kind", {"id": "b"})
    store.put("kind", {"id": "a", "new": True, "_order": first["_order"]})
    store.put("kind", {"id": "a", "newer": True})
    assert [row["id"] for row in store.oldest_first("kind")] == ["b", "a"]
