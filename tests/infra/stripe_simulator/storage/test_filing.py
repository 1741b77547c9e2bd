"""Storage in a long run: few rows are read to find a row, and old events are forgotten."""

import gc
import threading
from typing import Any

import pytest

from infra.stripe_simulator import server as serving
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import destinations
from infra.stripe_simulator.objects.connect import reversals
from infra.stripe_simulator.objects.returns import refunds
from infra.stripe_simulator.paging import page, same
from infra.stripe_simulator.settings import Settings
from infra.stripe_simulator.store import PLATFORM, Store
from infra.stripe_simulator.world import Call, World
from tests.fixtures.patience import PATIENCE

A_DAY = 24 * 3600


def filled() -> Store:
    store = Store()
    for number in range(1000):
        row = {"id": f"tr_{number}", "transfer_group": f"group_{number % 100}", "created": number}
        store.put("transfer", row)
    return store


def found(store: Store, group: str, **more: Any) -> tuple[int, list[str]]:
    """Return the number of rows that a list reads, and its content."""
    params, seen = {"transfer_group": group, "limit": 100, **more}, []
    filters = same(params, "transfer_group")

    def is_listed(row: dict[str, Any]) -> bool:
        seen.append(row)
        return filters(row)

    shown = page(store, "transfer", params, url="/v1/transfers", keep=is_listed)
    return len(seen), [row["id"] for row in shown["data"]]


def test_the_transfers_of_a_group_are_found_without_looking_at_the_others() -> None:
    seen, names = found(filled(), "group_7")
    assert seen == 10
    assert names == [f"tr_{number}" for number in range(907, 0, -100)]
    assert found(filled(), "group_none") == (0, [])


def test_a_cursor_and_a_period_hold_among_the_few_as_well() -> None:
    store = filled()
    assert found(store, "group_7", starting_after="tr_307")[1] == ["tr_207", "tr_107", "tr_7"]
    assert found(store, "group_7", ending_before="tr_707")[1] == ["tr_907", "tr_807"]
    assert found(store, "group_7", created={"lte": 207})[1] == ["tr_207", "tr_107", "tr_7"]


def test_a_transfer_that_joins_another_group_is_found_there_only() -> None:
    store = filled()
    moved = store.must("transfer", "tr_7")
    moved["transfer_group"] = "group_8"
    store.put("transfer", moved)
    store.put("transfer", moved | {"description": "again"})
    assert "tr_7" not in found(store, "group_7")[1]
    assert found(store, "group_8")[1][-2:] == ["tr_8", "tr_7"]
    moved = store.must("transfer", "tr_7")
    moved["transfer_group"] = "group_7"
    store.put("transfer", moved)
    assert found(store, "group_7")[1][-1] == "tr_7"
    assert "tr_7" not in found(store, "group_8")[1]


def test_removed_row_is_in_no_file() -> None:
    store = filled()
    store.remove("transfer", "tr_107")
    assert "tr_107" not in found(store, "group_7")[1]
    store.clear()
    assert found(store, "group_7") == (0, [])


def test_after_thirty_days_an_event_is_forgotten_even_if_it_was_never_delivered() -> None:
    here = "http://127.0.0.1:1"
    settings = Settings("sk_test_old", here, snapshot_secret="whsec_old", webhooks_base=here)
    world = World(settings)
    destinations.furnish(world)
    world.faults.order({"kind": "drop_event", "times": "always"})
    emit(world, "charge.updated", {"id": "ch_1", "object": "charge"})
    began = world.clock.now()
    assert [row["state"] for row in world.store.oldest_first("delivery")] == ["dropped"]
    world.set_clock(began + 29 * A_DAY)
    assert len(list(world.store.oldest_first("event"))) == 1
    world.set_clock(began + 31 * A_DAY)
    assert list(world.store.oldest_first("event")) == []
    assert list(world.store.oldest_first("delivery")) == []


class Watched(dict[str, Any]):
    """A row that counts how often it is looked at."""

    looks = 0

    def __getitem__(self, name: str) -> Any:
        Watched.looks += name in {"transfer", "charge"}
        return super().__getitem__(name)


@pytest.mark.parametrize(
    ("kind", "listed", "one", "name", "path"),
    [
        ("transfer_reversal", reversals.index, "transfer", "transfer", "id"),
        ("refund", refunds.of_charge, "charge", "charge", "charge"),
    ],
)
def test_returns_of_one_object_are_found_without_reading_others(
    kind: str, listed: Any, one: str, name: str, path: str
) -> None:
    world = World(Settings(api_key="sk_test_filing", base="http://127.0.0.1:1"))
    for number in range(100):
        world.add(one, {"id": f"one_{number}"})
        for part in ("a", "b"):
            row = {"id": f"back_{part}{number}", name: f"one_{number}", "created": number}
            world.store.put(kind, Watched(row, _owner=PLATFORM))
    Watched.looks = 0
    found = listed(world, Call({path: "one_7"}, {}))
    assert [row["id"] for row in found["data"]] == ["back_b7", "back_a7"]
    assert Watched.looks < 10


def test_stored_rows_are_frozen_for_the_garbage_collector() -> None:
    rows = [{"number": number, "parts": [number]} for number in range(100)]
    serving.settle_memory()
    assert gc.get_freeze_count() > len(rows)
    assert not any(row is rows[0] for row in gc.get_objects())


def test_a_server_settles_what_it_remembers_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = threading.Event()
    monkeypatch.setattr(serving, "TICK_SECONDS", 0.001)
    monkeypatch.setattr(serving, "TICKS_OF_A_MINUTE", 2)
    monkeypatch.setattr(serving, "settle_memory", settled.set)
    settings = Settings(api_key="sk_test_filing", base="")
    server = serving.Server(0, settings, world=World(settings))
    try:
        assert settled.wait(PATIENCE)
    finally:
        server.close()
