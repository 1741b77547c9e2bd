"""Levers of sales: pay as a person would, change the card, let a bank answer a debit."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.objects.payments import cards, checkout, debits, ibans
from infra.stripe_simulator.objects.payments.choices import Choice, chosen
from infra.stripe_simulator.objects.recurring import portal
from infra.stripe_simulator.objects.recurring import subscription_life as life
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import World

OUTCOMES = {
    "paid": cards.GOOD.number,
    "success": cards.GOOD.number,
    "declined": cards.DECLINED.number,
    "insufficient_funds": cards.NO_FUNDS.number,
    "3ds": cards.CHALLENGED.number,
    "3ds_failed": cards.CHALLENGED.number,
    "declined_later": cards.FAILS_LATER.number,
    "sepa": "sepa_debit",
    "sepa_failed": "sepa_debit_fails",
    "sepa_sent_back": "sepa_debit_sent_back",
}
ANSWERS = {"succeeded": ibans.GOOD, "failed": ibans.FAILING}


def _choice(given: JSON) -> Choice:
    outcome = given.get("outcome", "paid")
    if outcome not in OUTCOMES:
        raise ParameterError(f"outcome must be one of {', '.join(OUTCOMES)}", param="outcome")
    return Choice(card=OUTCOMES[outcome], iban=str(given.get("iban", "")))


def pay(world: World, pieces: list[str], given: JSON) -> JSON:
    """Pay on a Checkout page as a person would."""
    session = world.find("checkout.session", pieces[0], owner=PLATFORM, param="session")
    choice = _choice(given)
    if session["status"] != "open":
        raise ApiError(f"This session is {session['status']}.", param="session")
    if choice.card.startswith("sepa") and "sepa_debit" not in session["payment_method_types"]:
        raise ParameterError("This session takes no debits.", param="outcome")
    email = str(given.get("email", "acheteur@example.com"))
    checkout.pay(world, session, checkout.Buyer(email=email, choice=choice))
    if given.get("outcome", "").startswith("3ds") and "_paying" in session:
        intent = world.store.must("payment_intent", session["_paying"])
        checkout.authenticate(world, intent, passed=given["outcome"] == "3ds")
    return public(session)


def card(world: World, pieces: list[str], given: JSON) -> JSON:
    """Let a customer pay with something else from now on, as on the portal."""
    customer = world.find("customer", pieces[0], owner=PLATFORM, param="customer")
    means = chosen(_choice(given), allowed=["card", "sepa_debit"])
    if means is None:
        raise ParameterError("This IBAN is none.", param="iban")
    return public(portal.change_means(world, customer, means))


def save_portal(world: World, _pieces: list[str], _given: JSON) -> JSON:
    """Save the portal's settings, as a person does once in the dashboard."""
    return public(portal.save_settings(world, PLATFORM))


def debit(world: World, pieces: list[str], _given: JSON) -> JSON:
    """Let the bank answer a debit now, or take a debit back that had succeeded."""
    charge = world.find("charge", pieces[0], owner=PLATFORM, param="charge")
    answer = pieces[1] if len(pieces) > 1 else ""
    if answer == "sent_back" and charge["id"].startswith("py_") and charge["paid"]:
        debits.send_back(world, charge)
    elif answer in ANSWERS and charge["status"] == "pending":
        debits.answer(world, charge, ANSWERS[answer])
    else:
        raise ParameterError(
            "A pending debit can be brought to succeeded or failed, a paid one to sent_back.",
            param="state",
        )
    return public(charge)


def dunning(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Set a subscription's state after the last retry: canceled, unpaid, past_due."""
    life.set_dunning(world, str(given.get("after", "")))
    return {"after": given["after"]}
