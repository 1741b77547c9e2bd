"""Customers: whom the platform sells to."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import included
from infra.stripe_simulator.objects.metadata import fresh, merged, previous
from infra.stripe_simulator.paging import envelope, in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import Store, new_id
from infra.stripe_simulator.world import Call, World

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
WRITABLE = ("description", "email", "name", "phone", "preferred_locales", "tax_exempt")


def address(given: JSON | str | None) -> JSON | None:
    """Complete an address with its empty lines."""
    if not isinstance(given, dict):
        return None
    return {line: given.get(line) or None for line in ADDRESS}


def shipping(given: JSON | str | None) -> JSON | None:
    """Complete a place of delivery with what was left empty."""
    if not isinstance(given, dict):
        return None
    kept: JSON = {"address": address(given.get("address")), "name": given.get("name")}
    return kept | {"phone": given.get("phone")}


def _changes(params: JSON) -> JSON:
    out = {name: params[name] or None for name in WRITABLE if name in params}
    if "address" in params:
        out["address"] = address(params["address"])
    if "shipping" in params:
        out["shipping"] = shipping(params["shipping"])
    return out


def make(world: World, params: JSON, *, owner: str) -> JSON:
    """Begin a customer and tell it."""
    identifier = new_id("cus_", 14)
    record: JSON = {
        "id": identifier,
        "object": "customer",
        "address": None,
        "balance": params.get("balance", 0),
        "created": world.clock.now(),
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": new_id("", 8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": fresh(params),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    record |= _changes(params)
    world.add("customer", record, owner=owner)
    emit(world, "customer.created", record)
    return record


@endpoint("POST /v1/customers")
def create(world: World, call: Call) -> JSON:
    """Begin a customer."""
    return make(world, call.params, owner=call.owner)


@endpoint("GET /v1/customers/{customer}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a customer."""
    name = call.path["customer"]
    gone = world.store.get("deleted_customer", f"gone:{name}")
    return gone["shown"] if gone else _find(world, call)


def _find(world: World, call: Call) -> JSON:
    return world.find("customer", call.path["customer"], owner=call.owner, param="id")


@endpoint("POST /v1/customers/{customer}")
def update(world: World, call: Call) -> JSON:
    """Change a customer."""
    record = _find(world, call)
    changes = _changes(call.params) | {"metadata": merged(record, call.params)}
    before = previous(record, changes)
    record |= changes
    world.store.put("customer", record)
    if before:
        emit(world, "customer.updated", record, previous=before)
    return record


@endpoint("DELETE /v1/customers/{customer}")
def delete(world: World, call: Call) -> JSON:
    """Remove a customer for good."""
    record = _find(world, call)
    shown: JSON = {"id": record["id"], "object": "customer", "deleted": True}
    world.store.remove("customer", record["id"])
    world.store.put("deleted_customer", {"id": f"gone:{record['id']}", "shown": shown})
    emit(world, "customer.deleted", record)
    return shown


@endpoint("GET /v1/customers")
def index(world: World, call: Call) -> JSON:
    """List customers, newest first."""
    asked, period = same(call.params, "email"), in_period(call.params)
    return page(
        world.store,
        "customer",
        call.params,
        url="/v1/customers",
        keep=lambda row: row["_owner"] == call.owner and asked(row) and period(row),
    )


def _none_of(what: str) -> None:
    @included("customer", what)
    def build(_store: Store, customer: JSON) -> JSON:
        return envelope([], url=f"/v1/customers/{customer['id']}/{what}")


for _field in ("sources", "subscriptions", "tax_ids"):
    _none_of(_field)
