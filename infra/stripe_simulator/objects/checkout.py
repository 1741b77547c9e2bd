"""What happens when somebody sends off a Checkout page."""

from dataclasses import dataclass

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import customers, payment_intents
from infra.stripe_simulator.objects.cards import CARDS, GOOD, Card
from infra.stripe_simulator.objects.sessions import filled_in
from infra.stripe_simulator.world import World


@dataclass(frozen=True, slots=True)
class Buyer:
    """What a person wrote on the page."""

    email: str = ""
    name: str = ""
    card: str = GOOD.number


def pay(world: World, session: JSON, buyer: Buyer) -> None:
    """Try to pay a session with a card; a session that is paid already stays as it is."""
    if session["status"] != "open":
        return
    session["customer_details"] = filled_in(session, email=buyer.email, name=buyer.name)
    intent = _intent(world, session)
    card = CARDS.get(buyer.card.replace(" ", ""), GOOD)
    billing = {name: session["customer_details"][name] for name in ("address", "email", "name")}
    method = payment_intents.card_method(world, card, billing=billing, owner=session["_owner"])
    if intent["status"] == "requires_action":
        intent["status"] = "requires_payment_method"
    payment_intents.confirm(world, intent, method=method, card=card)
    _settle(world, session, intent)


def authenticate(world: World, intent: JSON, *, passed: bool) -> JSON | None:
    """Come back from the bank's challenge; gives the session that was being paid."""
    session = session_of(world, intent)
    if intent["status"] != "requires_action":
        return session
    if not passed:
        payment_intents.authentication_failed(world, intent)
        return session
    method = world.store.must("payment_method", intent["payment_method"])
    payment_intents.confirm(world, intent, method=method, card=_card_of(method))
    if session is not None:
        _settle(world, session, intent)
    return session


def session_of(world: World, intent: JSON) -> JSON | None:
    """Find the session that a payment belongs to."""
    for session in world.store.newest_first("checkout.session"):
        if session["payment_intent"] == intent["id"]:
            return session
    return None


def _card_of(method: JSON) -> Card:
    return CARDS[method["_number"]]


def _intent(world: World, session: JSON) -> JSON:
    """Begin the payment at the first attempt, and go on with the same one after a refusal."""
    if session["payment_intent"] is not None:
        return world.store.must("payment_intent", session["payment_intent"])
    if session["customer"] is None and session["customer_creation"] == "always":
        given = {name: session["customer_details"][name] for name in ("email", "name")}
        kept = {name: value for name, value in given.items() if value}
        session["customer"] = customers.make(world, kept, owner=session["_owner"])["id"]
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


def _settle(world: World, session: JSON, intent: JSON) -> None:
    if intent["status"] == "succeeded":
        session |= {"status": "complete", "payment_status": "paid", "url": None}
    world.store.put("checkout.session", session)
    if intent["status"] == "succeeded":
        emit(world, "checkout.session.completed", session)
