"""Payment methods of a customer: cards and bank accounts, for a single payment or for later."""

from infra.stripe_simulator.errors import JSON, ApiError, missing_parameter
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.addresses import address
from infra.stripe_simulator.objects.metadata import fresh, merged
from infra.stripe_simulator.objects.payments import cards, ibans
from infra.stripe_simulator.objects.payments.cards import Card
from infra.stripe_simulator.objects.payments.ibans import Iban
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.paging import page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World

Means = Card | Iban
FIELDS = ("email", "name", "phone", "tax_id")


def of_card(world: World, card: Card, *, billing: JSON | None, owner: str) -> JSON:
    """Keep a card as a means of payment."""
    method = {"card": cards.method_details(card), "type": "card", "_number": card.number}
    return _make(world, method, billing=billing, owner=owner)


def of_iban(world: World, iban: Iban, *, billing: JSON | None, owner: str) -> JSON:
    """Keep a bank account as a means of payment, with the mandate to debit it."""
    details = ibans.method_details(iban) | {
        "generated_from": {"charge": None, "setup_attempt": None}
    }
    method = {"sepa_debit": details, "type": "sepa_debit", "_iban": iban.number}
    record = _make(world, method, billing=billing, owner=owner)
    record["_mandate"] = _mandate(world, record)["id"]
    return record


def of(world: World, means: Means, *, billing: JSON | None, owner: str) -> JSON:
    """Keep a card or a bank account as a means of payment."""
    if isinstance(means, Iban):
        return of_iban(world, means, billing=billing, owner=owner)
    return of_card(world, means, billing=billing, owner=owner)


def means_of(method: JSON) -> Means:
    """Give the test card or the test account behind a kept means of payment."""
    if method["type"] == "sepa_debit":
        return ibans.named(method["_iban"]) or ibans.GOOD
    return cards.CARDS[method["_number"]]


def _make(world: World, method: JSON, *, billing: JSON | None, owner: str) -> JSON:
    given = billing or {}
    details: JSON = {name: given.get(name) or None for name in FIELDS}
    record: JSON = {
        "id": new_id("pm_1"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": details
        | {"address": address(given.get("address") or {}) or address({})},
        "created": world.clock.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
    }
    return world.add("payment_method", record | method, owner=owner)


def _mandate(world: World, method: JSON) -> JSON:
    reference = new_id("", 16).upper()
    record: JSON = {
        "id": new_id("mandate_1"),
        "object": "mandate",
        "customer_acceptance": {
            "accepted_at": world.clock.now(),
            "online": {"ip_address": "127.0.0.1", "user_agent": "simulator"},
            "type": "online",
        },
        "livemode": False,
        "multi_use": {},
        "payment_method": method["id"],
        "payment_method_details": {
            "sepa_debit": {
                "reference": reference,
                "url": f"{world.settings.base}/mandates/{reference}",
            },
            "type": "sepa_debit",
        },
        "status": "active",
        "type": "multi_use",
    }
    return world.add("mandate", record, owner=method["_owner"])


def named(world: World, given: str, *, owner: str, param: str = "payment_method") -> JSON:
    """Return the payment method of a parameter; a test token creates a new payment method."""
    means = cards.TOKENS.get(given) or ibans.TOKENS.get(given)
    if means is not None:
        return of(world, means, billing=None, owner=owner)
    if world.store.get("payment_method", given) is None:
        raise ApiError(f"No such PaymentMethod: '{given}'", code="resource_missing", param=param)
    return world.named("payment_method", given, owner=owner, param=param)


def fasten(world: World, method: JSON, customer: JSON) -> None:
    """Attach a payment method to a customer for later payments."""
    if method["customer"] == customer["id"]:
        return
    if method["customer"] is not None:
        raise ApiError(
            "The payment method you provided has already been attached to a customer.",
            param="payment_method",
        )
    method["customer"] = customer["id"]
    world.store.put("payment_method", method)
    emit(world, "payment_method.attached", method)


def prefer(world: World, customer: JSON, method: JSON | None) -> None:
    """Set a payment method as the default of a customer's invoices."""
    before = dict(customer["invoice_settings"])
    chosen = method["id"] if method else None
    if before["default_payment_method"] == chosen:
        return
    customer["invoice_settings"]["default_payment_method"] = chosen
    world.store.put("customer", customer)
    emit(world, "customer.updated", customer, previous={"invoice_settings": before})


@endpoint("POST /v1/payment_methods")
def create(world: World, call: Call) -> JSON:
    """Create a payment method without a customer."""
    params = call.params
    kind = params.get("type")
    if kind is None:
        raise missing_parameter("type")
    played.only(params, {"type", "card", "sepa_debit", "billing_details", "metadata"})
    if kind not in {"card", "sepa_debit"}:
        raise ApiError("The simulator plays card and sepa_debit only.", param="type")
    if kind not in params:
        raise missing_parameter(kind)
    means = _card(params["card"]) if kind == "card" else _iban(params["sepa_debit"])
    method = of(world, means, billing=params.get("billing_details"), owner=call.owner)
    method["metadata"] = fresh(params)
    return method


def _card(given: JSON) -> Card:
    token = str(given.get("token", ""))
    found = cards.TOKENS.get(token.replace("tok_", "pm_card_", 1)) if token else None
    found = found or cards.CARDS.get(str(given.get("number", "")).replace(" ", ""))
    if found is None:
        raise ApiError("Use one of the test cards or tokens.", param="card")
    return found


def _iban(given: JSON) -> Iban:
    found = ibans.named(str(given["iban"]))
    if found is None:
        raise ApiError(
            "The bank account number provided is invalid. Please check that you have entered the "
            "correct bank account number.",
            code="invalid_bank_account_iban",
            param="sepa_debit[iban]",
        )
    return found


@endpoint("GET /v1/payment_methods/{payment_method}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a means of payment."""
    name = call.path["payment_method"]
    return world.find("payment_method", name, owner=call.owner, param="payment_method")


@endpoint("POST /v1/payment_methods/{payment_method}")
def update(world: World, call: Call) -> JSON:
    """Change the metadata of a payment method."""
    method = retrieve(world, call)
    played.only(call.params, {"metadata"})
    method["metadata"] = merged(method, call.params)
    emit(world, "payment_method.updated", method)
    return world.store.put("payment_method", method)


@endpoint("POST /v1/payment_methods/{payment_method}/attach")
def attach(world: World, call: Call) -> JSON:
    """Keep a means of payment with a customer; the bank looks at a card first."""
    given = call.params.get("customer")
    if given is None:
        raise missing_parameter("customer")
    customer = world.named("customer", given, owner=call.owner, param="customer")
    with on_the_clock_of(world, customer["id"]):
        method = named(world, call.path["payment_method"], owner=call.owner)
        means = means_of(method)
        if isinstance(means, Card) and means.decline_code:
            message = cards.MESSAGES[means.decline_code]
            raise ApiError(
                message,
                status=402,
                kind="card_error",
                code=means.code,
                decline_code=means.decline_code,
            )
        fasten(world, method, customer)
    return method


@endpoint("POST /v1/payment_methods/{payment_method}/detach")
def detach(world: World, call: Call) -> JSON:
    """Take a means of payment away from its customer."""
    method = retrieve(world, call)
    if method["customer"] is None:
        raise ApiError(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            param="payment_method",
        )
    customer = world.store.get("customer", method["customer"])
    before = {"customer": method["customer"]}
    method["customer"] = None
    world.store.put("payment_method", method)
    emit(world, "payment_method.detached", method, previous=before)
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        prefer(world, customer, None)
    return method


@endpoint("GET /v1/payment_methods")
def index(world: World, call: Call) -> JSON:
    """List the kept means of payment, newest first."""
    return _listed(world, call, call.params.get("customer"), url="/v1/payment_methods")


@endpoint("GET /v1/customers/{customer}/payment_methods")
def index_of(world: World, call: Call) -> JSON:
    """List a customer's means of payment, newest first."""
    name = call.path["customer"]
    world.find("customer", name, owner=call.owner, param="customer")
    return _listed(world, call, name, url=f"/v1/customers/{name}/payment_methods")


def _listed(world: World, call: Call, customer: str | None, *, url: str) -> JSON:
    filters = same(call.params, "type")

    def is_listed(row: JSON) -> bool:
        belongs = row["customer"] is not None if customer is None else row["customer"] == customer
        return row["_owner"] == call.owner and belongs and filters(row)

    return page(world.store, "payment_method", call.params, url=url, keep=is_listed)


@endpoint("GET /v1/customers/{customer}/payment_methods/{payment_method}")
def retrieve_of(world: World, call: Call) -> JSON:
    """Return a payment method of a customer."""
    method = retrieve(world, call)
    if method["customer"] != call.path["customer"]:
        raise ApiError(
            f"No such PaymentMethod: '{method['id']}'",
            status=404,
            code="resource_missing",
            param="payment_method",
        )
    return method


@endpoint("GET /v1/mandates/{mandate}")
def mandate(world: World, call: Call) -> JSON:
    """Show the permission to debit an account."""
    return world.find("mandate", call.path["mandate"], owner=call.owner, param="mandate")
