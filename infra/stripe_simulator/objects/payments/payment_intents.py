"""PaymentIntents: a payment from its first attempt to its success."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError, missing_parameter
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.objects.addresses import shipping
from infra.stripe_simulator.objects.metadata import fresh
from infra.stripe_simulator.objects.payments import charges, debits, payment_methods
from infra.stripe_simulator.objects.payments.cards import MESSAGES, Card
from infra.stripe_simulator.objects.payments.ibans import Iban
from infra.stripe_simulator.objects.payments.payment_turns import fail, succeed, turned
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.paging import in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World

SMALLEST_CENTS = 50
LARGEST_CENTS = 99_999_999


def check_amount(cents: int, param: str) -> None:
    """Refuse an amount that Stripe would not charge."""
    if cents < 1:
        raise ParameterError(
            "Invalid positive integer", param=param, code="parameter_invalid_integer"
        )
    if cents < SMALLEST_CENTS:
        raise ApiError("Amount must be at least €0.50 eur", code="amount_too_small", param=param)
    if cents > LARGEST_CENTS:
        raise ApiError(
            "Amount must be no more than €999,999.99", code="amount_too_large", param=param
        )


def make(world: World, params: JSON, *, amount: int, currency: str, owner: str) -> JSON:
    """Begin a payment that has no means of payment yet."""
    identifier = new_id("pi_3")
    allowed = params.get("allowed_payment_method_types")
    record: JSON = {
        "id": identifier,
        "object": "payment_intent",
        "allowed_payment_method_types": allowed,
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{new_id('', 25)}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": world.clock.now(),
        "currency": currency.lower(),
        "customer": params.get("customer"),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": fresh(params),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": allowed or ["card"],
        "processing": None,
        "receipt_email": params.get("receipt_email") or None,
        "review": None,
        "setup_future_usage": params.get("setup_future_usage") or None,
        "shipping": shipping(params.get("shipping")),
        "statement_descriptor": params.get("statement_descriptor") or None,
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix") or None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
    }
    world.add("payment_intent", record, owner=owner)
    emit(world, "payment_intent.created", record)
    return record


def confirm(world: World, intent: JSON, *, method: JSON, off_session: bool = False) -> JSON | None:
    """Try to pay; gives the refusal, or nothing if it went through or waits for a bank."""
    answered = intent["status"] == "requires_action"
    intent |= {"payment_method": method["id"], "last_payment_error": None}
    means = payment_methods.means_of(method)
    if isinstance(means, Iban):
        debits.begin(world, intent, method=method, iban=means)
        turned(world, intent)
        return None
    card = means.away() if off_session else means
    if card.challenge and not answered and not off_session:
        _ask_bank(world, intent)
        return None
    charge = charges.attempt(world, intent, method=method, card=card)
    intent |= {"latest_charge": charge["id"], "next_action": None}
    if card.decline_code:
        return fail(world, intent, method=method, error=card_error(card, charge))
    succeed(world, intent)
    return None


def _ask_bank(world: World, intent: JSON) -> None:
    url = f"{world.settings.base}/c/authenticate/{intent['id']}"
    intent |= {
        "status": "requires_action",
        "next_action": {
            "redirect_to_url": {"return_url": None, "url": url},
            "type": "redirect_to_url",
        },
    }
    world.store.put("payment_intent", intent)
    emit(world, "payment_intent.requires_action", intent)
    turned(world, intent)


def cancel(world: World, intent: JSON, *, reason: str | None = None) -> None:
    """Cancel an unpaid PaymentIntent."""
    intent |= {
        "status": "canceled",
        "canceled_at": world.clock.now(),
        "cancellation_reason": reason,
        "next_action": None,
    }
    world.store.put("payment_intent", intent)
    emit(world, "payment_intent.canceled", intent)


def card_error(card: Card, charge: JSON) -> JSON:
    """Put a card's refusal into words."""
    decline = card.decline_code or "generic_decline"
    code = card.code or "card_declined"
    return {
        "charge": charge["id"],
        "code": code,
        "decline_code": decline,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": MESSAGES[decline],
        "type": "card_error",
    }


def authentication_failed(world: World, intent: JSON) -> None:
    """Leave a payment open after its buyer failed the bank's challenge."""
    code = "payment_intent_authentication_failure"
    error: JSON = {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": "The provided PaymentMethod has failed authentication. You can provide "
        "payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent "
        "again.",
        "type": "card_error",
    }
    method = world.store.must("payment_method", intent["payment_method"])
    fail(world, intent, method=method, error=error)


@endpoint("POST /v1/payment_intents")
def create(world: World, call: Call) -> JSON:
    """Begin a payment and, when told to, confirm it with a test card."""
    params = call.params
    check_amount(params["amount"], "amount")
    if params.get("capture_method") == "manual":
        raise ApiError("The simulator captures at once.", param="capture_method")
    if params.get("customer"):
        world.named("customer", params["customer"], owner=call.owner, param="customer")
    with on_the_clock_of(world, params.get("customer")):
        method = _method(world, call)
        intent = make(
            world, params, amount=params["amount"], currency=params["currency"], owner=call.owner
        )
        if method is None:
            return intent
        if not params.get("confirm"):
            intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
            return world.store.put("payment_intent", intent)
        absent = params.get("off_session") not in {None, False}
        refusal = confirm(world, intent, method=method, off_session=absent)
    if refusal:
        raise refused(intent, refusal)
    return intent


def refused(intent: JSON, refusal: JSON) -> ApiError:
    """Return the error for a declined card."""
    return ApiError(
        refusal["message"],
        status=402,
        kind="card_error",
        code=refusal["code"],
        charge=refusal["charge"],
        decline_code=refusal["decline_code"],
        payment_intent=public(intent),
    )


def _method(world: World, call: Call) -> JSON | None:
    given = call.params.get("payment_method")
    if given:
        return payment_methods.named(world, given, owner=call.owner)
    if call.params.get("confirm"):
        raise missing_parameter("payment_method")
    return None


@endpoint("GET /v1/payment_intents/{intent}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a payment."""
    return world.find("payment_intent", call.path["intent"], owner=call.owner, param="intent")


@endpoint("GET /v1/payment_intents")
def index(world: World, call: Call) -> JSON:
    """List payments, newest first."""
    filters, period = same(call.params, "customer"), in_period(call.params)
    return page(
        world.store,
        "payment_intent",
        call.params,
        url="/v1/payment_intents",
        keep=lambda row: row["_owner"] == call.owner and filters(row) and period(row),
    )
