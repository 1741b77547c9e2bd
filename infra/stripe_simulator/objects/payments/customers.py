"""Customers: the buyers of the platform."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import included, public
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.addresses import address, shipping
from infra.stripe_simulator.objects.metadata import fresh, merged, previous
from infra.stripe_simulator.objects.payments import payment_methods, sessions
from infra.stripe_simulator.objects.recurring import subscription_life
from infra.stripe_simulator.paging import envelope, in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import Store, new_id
from infra.stripe_simulator.world import Call, World

WRITABLE = ("description", "email", "name", "phone", "preferred_locales", "tax_exempt")


def _changes(params: JSON) -> JSON:
    out = {name: params[name] or None for name in WRITABLE if name in params}
    if "address" in params:
        out["address"] = address(params["address"])
    if "shipping" in params:
        out["shipping"] = shipping(params["shipping"])
    return out


def make(world: World, params: JSON, *, owner: str) -> JSON:
    """Create a customer and emit the event."""
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
        "test_clock": params.get("test_clock"),
    }
    record |= _changes(params)
    world.add("customer", record, owner=owner)
    emit(world, "customer.created", record)
    return record


@endpoint("POST /v1/customers")
def create(world: World, call: Call) -> JSON:
    """Begin a customer."""
    params = call.params
    name = params.get("test_clock")
    if name is None:
        return _begin(world, call)
    kind = "test_helpers.test_clock"
    clock = world.named(kind, name, owner=call.owner, param="test_clock")
    with world.clock.pinned(clock["frozen_time"], test_clock=name):
        return _begin(world, call)


def _begin(world: World, call: Call) -> JSON:
    record = make(world, call.params, owner=call.owner)
    first = call.params.get("payment_method")
    settings = dict(call.params.get("invoice_settings", {}))
    if first:
        method = payment_methods.named(world, first, owner=call.owner)
        payment_methods.fasten(world, method, record)
        if settings.get("default_payment_method") == first:
            settings["default_payment_method"] = method["id"]
    _prefer(world, record, settings)
    return record


def _prefer(world: World, record: JSON, given: JSON) -> None:
    """Set the default payment method of a customer's invoices, if it is given."""
    played.only(given, {"default_payment_method"}, inside="invoice_settings")
    if "default_payment_method" not in given:
        return
    name, param = given["default_payment_method"], "invoice_settings[default_payment_method]"
    method = None
    if name:
        method = payment_methods.named(world, name, owner=record["_owner"], param=param)
        if method["customer"] != record["id"]:
            raise ApiError(
                f"The customer does not have a payment method with the ID {name}. The payment "
                "method must be attached to the customer.",
                code="resource_missing",
                param=param,
            )
    payment_methods.prefer(world, record, method)


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
    _prefer(world, record, call.params.get("invoice_settings", {}))
    return record


@endpoint("DELETE /v1/customers/{customer}")
def delete(world: World, call: Call) -> JSON:
    """Remove a customer for good."""
    record = _find(world, call)
    shown: JSON = {"id": record["id"], "object": "customer", "deleted": True}
    _end_all(world, record)
    world.store.remove("customer", record["id"])
    world.store.put("deleted_customer", {"id": f"gone:{record['id']}", "shown": shown})
    emit(world, "customer.deleted", record)
    return shown


def _end_all(world: World, record: JSON) -> None:
    """Cancel a customer's subscriptions, and close their open sessions."""
    for session in world.store.oldest_first("checkout.session"):
        if session["customer"] == record["id"] and session["status"] == "open":
            sessions.end(world, session)
    for subscription in world.store.oldest_first("subscription"):
        if subscription["customer"] != record["id"]:
            continue
        subscription_life.lapse(world, subscription)
        if subscription["status"] in subscription_life.RUNNING:
            subscription_life.end(world, subscription, reason=None)


@endpoint("GET /v1/customers")
def index(world: World, call: Call) -> JSON:
    """List customers, newest first."""
    filters, period = same(call.params, "email", "test_clock"), in_period(call.params)
    hides = "test_clock" not in call.params

    def is_listed(row: JSON) -> bool:
        hidden = hides and row["test_clock"] is not None
        return row["_owner"] == call.owner and not hidden and filters(row) and period(row)

    return page(world.store, "customer", call.params, url="/v1/customers", keep=is_listed)


def _none_of(what: str) -> None:
    @included("customer", what)
    def build(_store: Store, customer: JSON) -> JSON:
        return envelope([], url=f"/v1/customers/{customer['id']}/{what}")


for _field in ("sources", "tax_ids"):
    _none_of(_field)


@included("customer", "subscriptions")
def _subscriptions(store: Store, customer: JSON) -> JSON:
    rows = [
        public(row)
        for row in store.newest_first("subscription")
        if row["customer"] == customer["id"] and row["status"] != "canceled"
    ]
    url = f"/v1/customers/{customer['id']}/subscriptions"
    return envelope(rows[:10], url=url, has_more=len(rows) > 10)  # noqa: PLR2004 - a page
