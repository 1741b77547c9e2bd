"""Setup intents: a means of payment kept for later, without paying anything now."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects.payments import payment_methods
from infra.stripe_simulator.paging import in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World


def succeeded(world: World, customer: JSON, method: JSON) -> JSON:
    """Create a succeeded SetupIntent for a customer and emit the event."""
    identifier = new_id("seti_1")
    record: JSON = {
        "id": identifier,
        "object": "setup_intent",
        "allowed_payment_method_types": None,
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{identifier}_secret_{new_id('', 25)}",
        "created": world.clock.now(),
        "customer": customer["id"],
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": method.get("_mandate"),
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": method["id"],
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": [method["type"]],
        "single_use_mandate": None,
        "status": "succeeded",
        "usage": "off_session",
    }
    world.add("setup_intent", record, owner=customer["_owner"])
    emit(world, "setup_intent.created", record)
    payment_methods.fasten(world, method, customer)
    emit(world, "setup_intent.succeeded", record)
    return record


@endpoint("GET /v1/setup_intents/{intent}")
def retrieve(world: World, call: Call) -> JSON:
    """Show how a means of payment came to be kept."""
    return world.find("setup_intent", call.path["intent"], owner=call.owner, param="intent")


@endpoint("GET /v1/setup_intents")
def index(world: World, call: Call) -> JSON:
    """List them, newest first."""
    filters = same(call.params, "customer", "payment_method")
    period = in_period(call.params)
    return page(
        world.store,
        "setup_intent",
        call.params,
        url="/v1/setup_intents",
        keep=lambda row: row["_owner"] == call.owner and filters(row) and period(row),
    )
