"""Endpoints of invoices: retrieve, list, pay again."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.objects import played
from infra.stripe_simulator.objects.payments import payment_methods
from infra.stripe_simulator.objects.payments.payment_intents import refused
from infra.stripe_simulator.objects.recurring import invoice_life
from infra.stripe_simulator.objects.recurring import subscription_life as life
from infra.stripe_simulator.objects.recurring.invoice_shape import subscription_of
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.paging import in_period, page, page_of, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.world import Call, World


@endpoint("GET /v1/invoices/{invoice}")
def retrieve(world: World, call: Call) -> JSON:
    """Show an invoice."""
    return world.find("invoice", call.path["invoice"], owner=call.owner, param="invoice")


@endpoint("GET /v1/invoices/{invoice}/lines")
def lines(world: World, call: Call) -> JSON:
    """Return the lines of an invoice."""
    invoice = retrieve(world, call)
    url = f"/v1/invoices/{invoice['id']}/lines"
    return page_of(invoice["lines"]["data"], call.params, url=url, kind="line_item")


@endpoint("GET /v1/invoices")
def index(world: World, call: Call) -> JSON:
    """List invoices, newest first."""
    filters, period = (
        same(call.params, "customer", "status", "collection_method"),
        in_period(call.params),
    )
    subscription = call.params.get("subscription")

    def is_listed(row: JSON) -> bool:
        if subscription is not None and subscription_of(row) != subscription:
            return False
        return row["_owner"] == call.owner and filters(row) and period(row)

    return page(world.store, "invoice", call.params, url="/v1/invoices", keep=is_listed)


@endpoint("POST /v1/invoices/{invoice}/pay")
def pay(world: World, call: Call) -> JSON:
    """Attempt to pay an invoice now, with the stored or a given payment method."""
    invoice = retrieve(world, call)
    played.only(call.params, {"payment_method", "off_session", "forgive"})
    if invoice["status"] not in {"draft", "open"}:
        raise ApiError(
            "Invoice is already paid" if invoice["status"] == "paid" else "Invoice is void",
            param="invoice",
        )
    with on_the_clock_of(world, invoice["customer"]):
        refusal = settle(world, invoice, call.params.get("payment_method"))
    if refusal:
        raise refused(invoice_life.intent_of(world, invoice), refusal)
    return invoice


@endpoint("POST /v1/invoices/{invoice}/void")
def void(world: World, call: Call) -> JSON:
    """Give up an open invoice for good."""
    invoice = retrieve(world, call)
    if invoice["status"] != "open" or under_way(world, invoice):
        raise ApiError(
            f"You can only void open invoices that nobody is paying. This one is "
            f"{invoice['status']}.",
            param="invoice",
        )
    with on_the_clock_of(world, invoice["customer"]):
        invoice_life.void(world, invoice)
    return invoice


def settle(world: World, invoice: JSON, named: str | None) -> JSON | None:
    """Try to pay an open invoice or a draft; gives the refusal of a card."""
    subscription = world.store.get("subscription", subscription_of(invoice))
    method = life.method_for(world, subscription) if subscription else None
    if named is not None:
        method = payment_methods.named(world, named, owner=invoice["_owner"])
    if method is None:
        raise ApiError(
            "There is no `default_payment_method` set on this Customer or Invoice. Please set a "
            "`default_payment_method` or pass `payment_method`.",
            code="missing",
        )
    if invoice["status"] == "draft":
        allowed = subscription["_allowed"] if subscription else None
        invoice_life.finalize(world, invoice, allowed=allowed)
    return invoice_life.attempt(world, invoice, method, off_session=True)


def under_way(world: World, invoice: JSON) -> bool:
    """Return True if a debit for an open invoice still awaits the bank's answer."""
    return bool(invoice_life.intent_of(world, invoice)["status"] == "processing")


def try_again(world: World, invoice: JSON) -> JSON | None:
    """Attempt to pay an open invoice with the stored payment method, if any."""
    subscription = world.store.get("subscription", subscription_of(invoice))
    method = life.method_for(world, subscription) if subscription else None
    if method is None:
        return None
    return invoice_life.attempt(world, invoice, method, off_session=True)


@endpoint("GET /v1/invoice_payments/{invoice_payment}")
def payment(world: World, call: Call) -> JSON:
    """Return the link of an invoice to a payment."""
    name = call.path["invoice_payment"]
    return world.find("invoice_payment", name, owner=call.owner, param="invoice_payment")


@endpoint("GET /v1/invoice_payments")
def payments(world: World, call: Call) -> JSON:
    """Return the links of invoices to payments, newest first."""
    filters, period = same(call.params, "invoice", "status"), in_period(call.params)
    wanted = call.params.get("payment", {}).get("payment_intent")

    def is_listed(row: JSON) -> bool:
        if wanted is not None and row["payment"]["payment_intent"] != wanted:
            return False
        return row["_owner"] == call.owner and filters(row) and period(row)

    return page(
        world.store, "invoice_payment", call.params, url="/v1/invoice_payments", keep=is_listed
    )
