"""Test clocks: time that passes for some customers only."""

import contextlib
from collections.abc import Iterator

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.paging import page
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World

KIND = "test_helpers.test_clock"
RETENTION_SECONDS = 30 * 24 * 3600
FURTHEST = 2 * 366 * 24 * 3600
LATEST = 4_102_444_800


@contextlib.contextmanager
def on_the_clock_of(world: World, customer: str | None) -> Iterator[None]:
    """Set the time to a customer's test clock inside the context."""
    record = world.store.get("customer", customer) if customer else None
    name = record["test_clock"] if record else None
    if name is None or world.clock.test_clock:
        yield
        return
    clock = world.store.must(KIND, name)
    with world.clock.pinned(clock["frozen_time"], test_clock=name):
        yield
        world.run_due(name, until=clock["frozen_time"])


@endpoint("POST /v1/test_helpers/test_clocks")
def create(world: World, call: Call) -> JSON:
    """Create a clock frozen until its next advance."""
    now, begins = world.clock.now(), call.params["frozen_time"]
    if not 0 <= begins <= LATEST:
        raise ApiError("The frozen_time must lie in this century.", param="frozen_time")
    record: JSON = {
        "id": new_id("clock_1"),
        "object": KIND,
        "created": now,
        "deletes_after": now + RETENTION_SECONDS,
        "frozen_time": begins,
        "livemode": False,
        "name": call.params.get("name"),
        "status": "ready",
        "status_details": {},
    }
    world.add(KIND, record, owner=call.owner)
    emit(world, "test_helpers.test_clock.created", record)
    return record


@endpoint("GET /v1/test_helpers/test_clocks/{test_clock}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a clock."""
    return world.find(KIND, call.path["test_clock"], owner=call.owner, param="test_clock")


@endpoint("GET /v1/test_helpers/test_clocks")
def index(world: World, call: Call) -> JSON:
    """List the clocks, newest first."""
    url = "/v1/test_helpers/test_clocks"
    return page(world.store, KIND, call.params, url=url, keep=lambda row: _of(row, call))


def _of(row: JSON, call: Call) -> bool:
    return bool(row["_owner"] == call.owner)


@endpoint("POST /v1/test_helpers/test_clocks/{test_clock}/advance")
def advance(world: World, call: Call) -> JSON:
    """Let time pass for the customers of a clock; all that falls due happens before the answer."""
    clock, target = retrieve(world, call), call.params["frozen_time"]
    if target <= clock["frozen_time"]:
        raise ApiError(
            "The frozen_time must be after the clock's current frozen_time.", param="frozen_time"
        )
    if target > clock["frozen_time"] + FURTHEST:
        raise ApiError("A clock can be advanced by at most two years at once.", param="frozen_time")
    emit(world, "test_helpers.test_clock.advancing", clock)
    world.run_due(clock["id"], until=target)
    clock["frozen_time"] = target
    world.store.put(KIND, clock)
    emit(world, "test_helpers.test_clock.ready", clock)
    return clock


@endpoint("DELETE /v1/test_helpers/test_clocks/{test_clock}")
def delete(world: World, call: Call) -> JSON:
    """Delete a clock with all of its customers and their subscriptions."""
    clock = retrieve(world, call)
    for kind in ("customer", "subscription"):
        for row in world.store.oldest_first(kind):
            if row["test_clock"] == clock["id"]:
                world.store.remove(kind, row["id"])
    world.agendas.pop(clock["id"], None)
    world.store.remove(KIND, clock["id"])
    emit(world, "test_helpers.test_clock.deleted", clock)
    return {"id": clock["id"], "object": KIND, "deleted": True}
