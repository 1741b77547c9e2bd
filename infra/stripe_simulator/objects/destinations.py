"""Event destinations: their events, and the form of the payload."""

from infra.stripe_simulator import versions
from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.errors import JSON, ApiError, missing_parameter, not_found
from infra.stripe_simulator.events import emit_thin, thin
from infra.stripe_simulator.objects.metadata import fresh, merged
from infra.stripe_simulator.paging import envelope, limit_of, page_v2
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import PLATFORM, new_id
from infra.stripe_simulator.world import Call, World

PING = "v2.core.event_destination.ping"
ACCOUNT = "v2.core.account"
SNAPSHOT_EVENTS = [
    "balance.available",
    "charge.failed",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.subscription.deleted",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.succeeded",
    "payout.canceled",
    "payout.created",
    "payout.failed",
    "payout.paid",
    "payout.reconciliation_completed",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "transfer.created",
    "transfer.reversed",
    "transfer.updated",
]
CONNECTED_EVENTS = ["account.external_account.updated", "payout.failed", "payout.paid"]
THIN_EVENTS = [
    f"{ACCOUNT}.closed",
    f"{ACCOUNT}.created",
    f"{ACCOUNT}.updated",
    f"{ACCOUNT}[configuration.recipient].capability_status_updated",
    f"{ACCOUNT}[configuration.recipient].updated",
    f"{ACCOUNT}[future_requirements].updated",
    f"{ACCOUNT}[identity].updated",
    f"{ACCOUNT}[requirements].updated",
    "v2.core.account_link.returned",
]


def _record(world: World, identifier: str, params: JSON) -> JSON:
    now = iso(world.clock.now())
    is_thin = params["event_payload"] == "thin"
    return {
        "id": identifier,
        "object": "v2.core.event_destination",
        "created": now,
        "description": params.get("description") or "",
        "enabled_events": params["enabled_events"],
        "event_payload": params["event_payload"],
        "events_from": params.get("events_from") or ["@self"],
        "livemode": False,
        "metadata": fresh(params),
        "name": params["name"],
        "snapshot_api_version": (
            None if is_thin else params.get("snapshot_api_version", versions.PINNED)
        ),
        "status": "enabled",
        "status_details": None,
        "type": "webhook_endpoint",
        "updated": now,
        "webhook_endpoint": None,
        "_created": world.clock.now(),
        "_owner": PLATFORM,
        "_url": params["webhook_endpoint"]["url"],
        "_host": "",
        "_secret": "",
    }


def furnish(world: World) -> None:
    """Set up the destinations that the simulator was started for, or bring them up to date."""
    settings = world.settings
    if not settings.webhooks_base:
        return
    wanted = (
        ("snapshot", settings.snapshot_secret, SNAPSHOT_EVENTS, ["@self"]),
        ("connected", settings.connected_secret, CONNECTED_EVENTS, ["@accounts"]),
        ("thin", settings.thin_secret, THIN_EVENTS, ["@self", "@accounts"]),
    )
    for name, secret, types, origin in wanted:
        if not secret:
            continue
        is_thin = name == "thin"
        params: JSON = {
            "enabled_events": types,
            "event_payload": "thin" if is_thin else "snapshot",
            "events_from": origin,
            "name": name,
            "webhook_endpoint": {"url": f"{settings.webhooks_base}/stripe/{name}/"},
        }
        identifier = f"{'ed' if is_thin else 'we'}_{name}"
        stored = world.store.get("event_destination", identifier) or {}
        record = _record(world, identifier, params) | {
            "_secret": secret,
            "_host": settings.webhook_host,
        }
        order = {"_order": stored["_order"]} if stored else {}
        world.store.put("event_destination", record | order)


def shown(record: JSON, include: list[str]) -> JSON:
    """Show a destination; address and secret only when asked for."""
    out = {key: item for key, item in record.items() if not key.startswith("_")}
    endpoint_part = {}
    if "webhook_endpoint.url" in include:
        endpoint_part["url"] = record["_url"]
    if "webhook_endpoint.signing_secret" in include:
        endpoint_part["signing_secret"] = record["_secret"]
    out["webhook_endpoint"] = endpoint_part or None
    return out


@endpoint("POST /v2/core/event_destinations")
def create(world: World, call: Call) -> JSON:
    """Begin to post events to an address."""
    params = call.params
    if params["type"] != "webhook_endpoint":
        raise ApiError("The simulator only posts to webhook endpoints.", param="type")
    if not (params.get("webhook_endpoint") or {}).get("url"):
        raise missing_parameter("webhook_endpoint.url")
    is_thin = params["event_payload"] == "thin"
    if is_thin and params.get("snapshot_api_version"):
        raise ApiError(
            "snapshot_api_version is only for snapshot payloads.", param="snapshot_api_version"
        )
    if not is_thin:
        versions.chosen(params.get("snapshot_api_version"))
    record = _record(world, new_id("ed_test_" if is_thin else "we_1"), params)
    record["_secret"] = new_id("whsec_", 32)
    world.add("event_destination", record)
    emit_thin(world, "v2.core.event_destination.created", record)
    return shown(record, call.include)


def _find(world: World, call: Call) -> JSON:
    record = world.store.get("event_destination", call.path["id"])
    if record is None:
        raise not_found("event destination", call.path["id"])
    return record


@endpoint("GET /v2/core/event_destinations/{id}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a destination."""
    return shown(_find(world, call), call.include)


@endpoint("POST /v2/core/event_destinations/{id}")
def update(world: World, call: Call) -> JSON:
    """Change the events of a destination, or its address."""
    record, params = _find(world, call), call.params
    for name in ("name", "description", "enabled_events"):
        if params.get(name) is not None:
            record[name] = params[name]
    record["metadata"] = merged(record, params)
    if (params.get("webhook_endpoint") or {}).get("url"):
        record |= {"_url": params["webhook_endpoint"]["url"], "_host": ""}
    return _changed(world, record, call)


def _changed(world: World, record: JSON, call: Call) -> JSON:
    record["updated"] = iso(world.clock.now())
    world.store.put("event_destination", record)
    return shown(record, call.include)


@endpoint("POST /v2/core/event_destinations/{id}/disable")
def disable(world: World, call: Call) -> JSON:
    """Stop posting to a destination."""
    record = _find(world, call)
    record |= {"status": "disabled", "status_details": {"disabled": {"reason": "user"}}}
    return _changed(world, record, call)


@endpoint("POST /v2/core/event_destinations/{id}/enable")
def enable(world: World, call: Call) -> JSON:
    """Post to a destination again."""
    record = _find(world, call)
    record |= {"status": "enabled", "status_details": None}
    return _changed(world, record, call)


@endpoint("DELETE /v2/core/event_destinations/{id}")
def delete(world: World, call: Call) -> JSON:
    """Forget a destination."""
    record = _find(world, call)
    world.store.remove("event_destination", record["id"])
    return {"id": record["id"], "object": "v2.core.event_destination"}


@endpoint("POST /v2/core/event_destinations/{id}/ping")
def ping(world: World, call: Call) -> JSON:
    """Send an empty event, to check the destination."""
    record = _find(world, call)
    event = thin(world, PING, record)
    world.deliveries.order(event, record)
    return event


@endpoint("GET /v2/core/event_destinations")
def index(world: World, call: Call) -> JSON:
    """List destinations, newest first."""
    rows = [shown(row, call.include) for row in world.store.newest_first("event_destination")]
    return page_v2(rows, call.params, url="/v2/core/event_destinations")


def _first_generation(record: JSON) -> JSON:
    return {
        "id": record["id"],
        "object": "webhook_endpoint",
        "api_version": record["snapshot_api_version"],
        "application": None,
        "created": record["_created"],
        "description": record["description"] or None,
        "enabled_events": record["enabled_events"],
        "livemode": False,
        "metadata": record["metadata"],
        "status": record["status"],
        "url": record["_url"],
    }


@endpoint("POST /v1/webhook_endpoints")
def create_webhook_endpoint(world: World, call: Call) -> JSON:
    """Create a webhook endpoint for snapshots; only this response contains the secret."""
    params = call.params
    version = params.get("api_version")
    versions.chosen(version)
    details: JSON = {
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "event_payload": "snapshot",
        "events_from": ["@accounts"] if params.get("connect") else ["@self"],
        "metadata": params.get("metadata") or {},
        "name": params.get("description") or params["url"],
        "webhook_endpoint": {"url": params["url"]},
    }
    record = _record(
        world, new_id("we_1"), details | ({"snapshot_api_version": version} if version else {})
    )
    record["_secret"] = new_id("whsec_", 32)
    world.add("event_destination", record)
    emit_thin(world, "v2.core.event_destination.created", record)
    return _first_generation(record) | {"secret": record["_secret"]}


@endpoint("GET /v1/webhook_endpoints")
def webhook_endpoints(world: World, call: Call) -> JSON:
    """List the destinations of snapshots as the first generation calls them."""
    rows = [
        _first_generation(row)
        for row in world.store.newest_first("event_destination")
        if row["event_payload"] == "snapshot"
    ]
    shown_rows = rows[: limit_of(call.params)]
    more = len(rows) > len(shown_rows)
    return envelope(shown_rows, url="/v1/webhook_endpoints", has_more=more)


@endpoint("GET /v1/webhook_endpoints/{webhook_endpoint}")
def webhook_endpoint(world: World, call: Call) -> JSON:
    """Show the destination of snapshots that an id names."""
    name = call.path["webhook_endpoint"]
    record = world.find("event_destination", name, owner=PLATFORM, param="webhook_endpoint")
    return _first_generation(record)
