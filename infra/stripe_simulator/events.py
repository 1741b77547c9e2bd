"""Events for the webhook endpoints: snapshots of v1 objects, thin events of v2 objects."""

from infra.stripe_simulator import versions
from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.store import PLATFORM, new_id
from infra.stripe_simulator.world import World


def emit(world: World, event_type: str, record: JSON, *, previous: JSON | None = None) -> JSON:
    """Emit an event of a v1 object, with the object's current state."""
    owner = record.get("_owner", PLATFORM)
    data: JSON = {"object": public(record)}
    if previous is not None:
        data["previous_attributes"] = previous
    event: JSON = {
        "id": new_id("evt_1"),
        "object": "event",
        "api_version": versions.PINNED,
        "created": world.clock.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": world.cause or {"id": None, "idempotency_key": None},
        "type": event_type,
    }
    if owner != PLATFORM:
        event["account"] = owner
    world.add("event", event, owner=owner)
    origin = "@self" if owner == PLATFORM else "@accounts"
    _post(world, event, payload="snapshot", origin=origin)
    event["pending_webhooks"] = len(event.get("_waiting", ()))
    return event


def emit_thin(
    world: World, event_type: str, account: JSON | None, *, data: JSON | None = None
) -> JSON:
    """Emit a thin event of an account; it contains only the account's id."""
    event = thin(world, event_type, account, data=data)
    _post(world, event, payload="thin")
    return event


def thin(world: World, event_type: str, account: JSON | None, *, data: JSON | None = None) -> JSON:
    """Write a v2 event into the log without posting it."""
    event: JSON = {
        "id": new_id("evt_test_"),
        "object": "v2.core.event",
        "type": event_type,
        "livemode": False,
        "created": iso(world.clock.now()),
        "context": None,
        "reason": None,
    }
    if world.cause:
        key = world.cause["idempotency_key"] or ""
        request = {"id": world.cause["id"], "idempotency_key": key}
        event["reason"] = {"type": "request", "request": request}
    if account is not None:
        event["related_object"] = {
            "id": account["id"],
            "type": account["object"],
            "url": _address(account),
        }
    if data is not None:
        event["data"] = data
    return world.add("v2.core.event", event)


def _address(record: JSON) -> str:
    plural = record["object"].removeprefix("v2.core.") + "s"
    return f"/v2/core/{plural}/{record['id']}"


def _post(world: World, event: JSON, *, payload: str, origin: str | None = None) -> None:
    for destination in world.store.oldest_first("event_destination"):
        if destination["status"] != "enabled" or destination["event_payload"] != payload:
            continue
        if origin is not None and origin not in destination["events_from"]:
            continue
        if {event["type"], "*"} & set(destination["enabled_events"]):
            world.deliveries.order(event, destination)
