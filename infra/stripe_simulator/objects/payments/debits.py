"""SEPA direct debits: taken today, answered by the bank days later, sometimes sent back."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.payments import charges, ibans, payment_methods
from infra.stripe_simulator.objects.payments.ibans import Iban
from infra.stripe_simulator.objects.payments.payment_turns import fail, succeed
from infra.stripe_simulator.objects.recurring.periods import (
    A_DAY,
    banking_days_after,
    midnight_after,
)
from infra.stripe_simulator.objects.returns import disputes
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import World, falls_due

ACCEPTED = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "not_assessed",
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def begin(world: World, intent: JSON, *, method: JSON, iban: Iban) -> JSON:
    """Send a debit to the bank; until it answers, its money is on its way."""
    moment = banking_days_after(world.clock.now(), iban.days)
    charge = charges.blank(world, intent["amount"], intent["currency"])
    charge |= {
        "id": new_id("py_3"),
        "amount_captured": charge["amount"],
        "billing_details": method["billing_details"],
        "captured": True,
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "outcome": dict(ACCEPTED),
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(method, iban),
        "receipt_email": intent["receipt_email"],
        "shipping": intent["shipping"],
        "transfer_group": intent["transfer_group"],
    }
    world.add("charge", charge, owner=intent["_owner"])
    charge["balance_transaction"] = _book(world, charge, moment)["id"]
    intent |= {"status": "processing", "latest_charge": charge["id"], "next_action": None}
    world.store.put("payment_intent", intent)
    emit(world, "charge.pending", charge)
    emit(world, "payment_intent.processing", intent)
    world.later("bank_answers", moment, charge=charge["id"])
    return charge


def _details(method: JSON, iban: Iban) -> JSON:
    shown = ibans.method_details(iban) | {"mandate": method["_mandate"]}
    return {"sepa_debit": shown, "type": "sepa_debit"}


def _book(world: World, charge: JSON, moment: int) -> JSON:
    return money.book(
        world,
        "payment",
        charge["amount"],
        owner=charge["_owner"],
        currency=charge["currency"],
        source=charge["id"],
        available_on=midnight_after(moment),
        fee=money.fee_cents(charge["amount"], "sepa_debit"),
        description=charge["description"],
    )


@falls_due("bank_answers")
def _bank_answers(world: World, details: JSON) -> None:
    charge = world.store.must("charge", details["charge"])
    if charge["status"] == "pending":
        method = world.store.must("payment_method", charge["payment_method"])
        answer(world, charge, payment_methods.means_of(method))


def answer(world: World, charge: JSON, iban: payment_methods.Means) -> None:
    """Take the bank's answer to a debit."""
    failure = iban.failure if isinstance(iban, Iban) else None
    if failure:
        _fail(world, charge, failure)
        return
    charge |= {"status": "succeeded", "paid": True}
    charge["receipt_url"] = f"{world.settings.base}/receipts/{charge['id']}"
    world.store.put("charge", charge)
    emit(world, "charge.succeeded", charge)
    succeed(world, _intent(world, charge))
    if isinstance(iban, Iban) and iban.sent_back:
        moment = world.clock.now() + ibans.SENT_BACK_AFTER_DAYS * A_DAY
        world.later("debit_sent_back", moment, charge=charge["id"])


def _intent(world: World, charge: JSON) -> JSON:
    return world.store.must("payment_intent", charge["payment_intent"])


def _fail(world: World, charge: JSON, code: str) -> None:
    """Reverse a pending debit; the fee of the attempt is kept."""
    booked = world.store.must("balance_transaction", charge["balance_transaction"])
    back = money.book(
        world,
        "payment_failure_refund",
        -charge["amount"],
        owner=charge["_owner"],
        currency=charge["currency"],
        source=charge["id"],
        available_on=booked["available_on"],
        description=charge["description"],
        category="charge_failure",
    )
    charge |= {
        "status": "failed",
        "failure_balance_transaction": back["id"],
        "failure_code": code,
        "failure_message": ibans.MESSAGES[code],
    }
    charge["outcome"] |= {"network_status": "declined_by_network", "type": "issuer_declined"}
    world.store.put("charge", charge)
    emit(world, "charge.failed", charge)
    method = world.store.must("payment_method", charge["payment_method"])
    error: JSON = {
        "charge": charge["id"],
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": ibans.MESSAGES[code],
        "type": "invalid_request_error",
    }
    fail(world, _intent(world, charge), method=method, error=error)


@falls_due("debit_sent_back")
def _sent_back(world: World, details: JSON) -> None:
    send_back(world, world.store.must("charge", details["charge"]))


def send_back(world: World, charge: JSON) -> None:
    """Make a payer's bank reclaim the money weeks later, as a dispute lost at once."""
    disputes.open_lost(world, charge, reason="debit_not_authorized")
