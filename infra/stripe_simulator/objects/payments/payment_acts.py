"""Acts on a payment that was begun: confirm it, change its words, cancel it."""

from infra.stripe_simulator.errors import JSON, ApiError, missing_parameter
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.metadata import merged
from infra.stripe_simulator.objects.payments import payment_intents, payment_methods
from infra.stripe_simulator.objects.payments.payment_intents import refused, retrieve
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.world import Call, World

UNPAID = {"requires_payment_method", "requires_confirmation", "requires_action"}
WORDS = ("description", "receipt_email", "transfer_group")


def _unexpected(intent: JSON, act: str) -> ApiError:
    return ApiError(
        f"You cannot {act} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
    )


@endpoint("POST /v1/payment_intents/{intent}/confirm")
def confirm(world: World, call: Call) -> JSON:
    """Confirm a payment with its stored payment method, or with a given payment method."""
    intent, params = retrieve(world, call), call.params
    played.only(params, {"payment_method", "off_session", "return_url", "use_stripe_sdk"})
    if intent["status"] not in UNPAID:
        raise _unexpected(intent, "confirm")
    name = params.get("payment_method") or intent["payment_method"]
    if name is None:
        raise missing_parameter("payment_method")
    if intent["status"] == "requires_action":
        intent["status"] = "requires_payment_method"
    with on_the_clock_of(world, intent["customer"]):
        method = payment_methods.named(world, name, owner=call.owner)
        absent = params.get("off_session") not in {None, False}
        refusal = payment_intents.confirm(world, intent, method=method, off_session=absent)
    if refusal:
        raise refused(intent, refusal)
    return intent


@endpoint("POST /v1/payment_intents/{intent}/cancel")
def cancel(world: World, call: Call) -> JSON:
    """Cancel a payment that has not been made."""
    intent = retrieve(world, call)
    if intent["status"] not in UNPAID or {"_invoice", "_session"} & set(intent):
        raise _unexpected(intent, "cancel")
    payment_intents.cancel(world, intent, reason=call.params.get("cancellation_reason"))
    return intent


@endpoint("POST /v1/payment_intents/{intent}")
def update(world: World, call: Call) -> JSON:
    """Change the metadata and texts of a payment."""
    intent, params = retrieve(world, call), call.params
    played.only(params, {"metadata", *WORDS})
    intent |= {name: params[name] or None for name in WORDS if name in params}
    intent["metadata"] = merged(intent, params)
    return world.store.put("payment_intent", intent)
