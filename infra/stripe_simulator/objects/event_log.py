"""The log of events, for receivers that missed an event."""

from infra.stripe_simulator.errors import JSON, ParameterError, not_found
from infra.stripe_simulator.paging import in_period, page, page_v2
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.world import Call, World

MOST_TYPES = 20


def _types(params: JSON) -> list[str]:
    types: list[str] = list(params.get("types") or [])
    if len(types) > MOST_TYPES:
        raise ParameterError("You may pass at most 20 types.", param="types")
    if types and "type" in params:
        raise ParameterError("You may pass type or types, not both.", param="types")
    return types or ([params["type"]] if "type" in params else [])


def _fits(event_type: str, types: list[str]) -> bool:
    if not types:
        return True
    return any(
        event_type == kind or (kind.endswith("*") and event_type.startswith(kind[:-1]))
        for kind in types
    )


@endpoint("GET /v1/events")
def index(world: World, call: Call) -> JSON:
    """List events of the first generation, newest first."""
    types, period = _types(call.params), in_period(call.params)
    wanted = call.params.get("delivery_success")

    def is_listed(row: JSON) -> bool:
        if wanted is not None and wanted == bool(row.get("_waiting")):
            return False
        return row["_owner"] == call.owner and _fits(row["type"], types) and period(row)

    return page(world.store, "event", call.params, url="/v1/events", keep=is_listed)


@endpoint("GET /v1/events/{id}")
def retrieve(world: World, call: Call) -> JSON:
    """Show an event of the first generation."""
    return world.find("event", call.path["id"], owner=call.owner, param="id")


@endpoint("GET /v2/core/events")
def index_v2(world: World, call: Call) -> JSON:
    """List events of the second generation, newest first."""
    types, period = _types(call.params), in_period(call.params)
    about = call.params.get("object_id")
    rows = [
        row
        for row in world.store.newest_first("v2.core.event")
        if _fits(row["type"], types)
        and period(row)
        and (about is None or (row.get("related_object") or {}).get("id") == about)
    ]
    return page_v2(rows, call.params, url="/v2/core/events")


@endpoint("GET /v2/core/events/{id}")
def retrieve_v2(world: World, call: Call) -> JSON:
    """Return a v2 event, with the fields that a thin event lacks."""
    event = world.store.get("v2.core.event", call.path["id"])
    if event is None:
        raise not_found("event", call.path["id"])
    return event
