"""The submission of a Checkout page."""

from dataclasses import dataclass

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects.payments import (
    customers,
    payment_intents,
    payment_methods,
    setup_intents,
)
from infra.stripe_simulator.objects.payments.choices import NO_CHOICE, Choice, chosen
from infra.stripe_simulator.objects.payments.payment_turns import follows_payments
from infra.stripe_simulator.objects.payments.sessions import filled_in
from infra.stripe_simulator.objects.recurring import invoice_life, subscription_life
from infra.stripe_simulator.objects.recurring.test_clocks import on_the_clock_of
from infra.stripe_simulator.world import World


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person's entries on the page."""

    email: str = ""
    name: str = ""
    choice: Choice = NO_CHOICE


def pay(world: World, session: JSON, buyer: Buyer) -> None:
    """Attempt to pay a session; a complete session stays unchanged."""
    means = chosen(buyer.choice, allowed=session["payment_method_types"])
    if session["status"] != "open" or means is None:
        return
    session["customer_details"] = filled_in(session, email=buyer.email, name=buyer.name)
    with on_the_clock_of(world, session["customer"]):
        _save_customer(world, session)
        billing = {name: session["customer_details"][name] for name in ("address", "email", "name")}
        owner = session["_owner"]
        method = payment_methods.of(world, means, billing=billing, owner=owner)
        if session["mode"] == "setup":
            _set_up(world, session, method)
        else:
            _charge(world, session, method)
    world.store.put("checkout.session", session)


def _save_customer(world: World, session: JSON) -> None:
    """Create a customer if the session requires it and has no customer."""
    if session["customer"] is None and session["customer_creation"] == "always":
        given = {name: session["customer_details"][name] for name in ("email", "name")}
        given_details = {name: value for name, value in given.items() if value}
        session["customer"] = customers.make(world, given_details, owner=session["_owner"])["id"]


def _charge(world: World, session: JSON, method: JSON) -> None:
    intent = _intent(world, session)
    if intent["status"] == "requires_action":
        intent["status"] = "requires_payment_method"
    if session["mode"] == "payment":
        if intent["setup_future_usage"] and session["customer"]:
            payment_methods.fasten(world, method, world.store.must("customer", session["customer"]))
        payment_intents.confirm(world, intent, method=method)
        return
    customer = world.store.must("customer", session["customer"])
    session["_method"] = method["id"]
    payment_methods.fasten(world, method, customer)
    invoice = world.store.must("invoice", intent["_invoice"])
    invoice_life.attempt(world, invoice, method, off_session=False)


def _intent(world: World, session: JSON) -> JSON:
    """Return the session's PaymentIntent, created at the first attempt and then reused."""
    before = world.store.get("payment_intent", session.get("_paying", ""))
    if before is None or before["status"] == "canceled":
        make = _subscribe if session["mode"] == "subscription" else _begin
        intent = make(world, session)
        intent["_session"] = session["id"]
        session["_paying"] = intent["id"]
    return world.store.must("payment_intent", session["_paying"])


def _begin(world: World, session: JSON) -> JSON:
    intent = payment_intents.make(
        world,
        session["_intent"]
        | {
            "customer": session["customer"],
            "allowed_payment_method_types": session["allowed_payment_method_types"],
        },
        amount=session["amount_total"],
        currency=session["currency"],
        owner=session["_owner"],
    )
    session["payment_intent"] = intent["id"]
    return intent


def _subscribe(world: World, session: JSON) -> JSON:
    """Begin the subscription; the session shows it once its first payment is under way."""
    lines = session["_lines"]
    monthly = [line for line in lines if line["price"]["recurring"]]
    subscription = subscription_life.begin(
        world,
        session["_subscription"]
        | {
            "customer": session["customer"],
            "allowed_payment_method_types": session["allowed_payment_method_types"],
        },
        [(line["price"], {"quantity": line["quantity"]}) for line in monthly],
        once=[(line["price"], line["quantity"]) for line in lines if line not in monthly],
    )
    session["_began"] = subscription["id"]
    return invoice_life.intent_of(world, subscription_life.latest_invoice(world, subscription))


def _set_up(world: World, session: JSON, method: JSON) -> None:
    customer = world.store.must("customer", session["customer"])
    intent = setup_intents.succeeded(world, customer, method)
    session |= {"setup_intent": intent["id"], "status": "complete", "url": None}
    emit(world, "checkout.session.completed", session)


def authenticate(world: World, intent: JSON, *, passed: bool) -> JSON | None:
    """Come back from the bank's challenge; gives the session that was being paid."""
    session = session_of(world, intent)
    if intent["status"] != "requires_action":
        return session
    with on_the_clock_of(world, intent["customer"]):
        if not passed:
            payment_intents.authentication_failed(world, intent)
            return session
        method = world.store.must("payment_method", intent["payment_method"])
        payment_intents.confirm(world, intent, method=method)
    return session


def session_of(world: World, intent: JSON) -> JSON | None:
    """Find the session that a payment belongs to."""
    return world.store.get("checkout.session", intent.get("_session", ""))


@follows_payments
def _follow(world: World, intent: JSON) -> None:
    """Update a session by the result of its payment."""
    session = session_of(world, intent)
    if session is None:
        return
    if session["status"] == "open" and intent["status"] in {"succeeded", "processing"}:
        _complete(world, session, paid=intent["status"] == "succeeded")
    elif session["status"] == "complete" and session["payment_status"] == "unpaid":
        _answered(world, session, intent)
    world.store.put("checkout.session", session)


def _complete(world: World, session: JSON, *, paid: bool) -> None:
    session |= {"status": "complete", "url": None}
    session["payment_status"] = "paid" if paid else "unpaid"
    if "_began" in session:
        subscription = world.store.must("subscription", session["_began"])
        subscription_life.change(world, subscription, default_payment_method=session["_method"])
        session |= {"subscription": subscription["id"], "invoice": subscription["latest_invoice"]}
    emit(world, "checkout.session.completed", session)


def _answered(world: World, session: JSON, intent: JSON) -> None:
    """Emit the bank's answer, days after the buyer submitted the page."""
    if intent["status"] == "succeeded":
        session["payment_status"] = "paid"
        emit(world, "checkout.session.async_payment_succeeded", session)
    elif intent["status"] == "requires_payment_method":
        emit(world, "checkout.session.async_payment_failed", session)
