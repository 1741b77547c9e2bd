"""Charges: each is an attempt to charge a card."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import included, public
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.metadata import merged, previous
from infra.stripe_simulator.objects.payments.cards import MESSAGES, Card, charge_details
from infra.stripe_simulator.paging import envelope, in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import Store, new_id
from infra.stripe_simulator.world import Call, World, falls_due

DESCRIPTOR = "TROOVON"


def _outcome(card: Card) -> JSON:
    declined = card.decline_code is not None
    return {
        "advice_code": "try_again_later" if declined else None,
        "network_advice_code": None,
        "network_decline_code": "51" if declined else None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": card.decline_code,
        "risk_level": "normal",
        "risk_score": 7,
        "seller_message": (
            "The bank did not return any further details with this decline."
            if declined
            else "Payment complete."
        ),
        "type": "issuer_declined" if declined else "authorized",
    }


def blank(world: World, amount_cents: int, currency: str) -> JSON:
    """Return a charge with only an amount; the caller sets the other fields."""
    return {
        "id": new_id("ch_3"),
        "object": "charge",
        "amount": amount_cents,
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": {
                "city": None,
                "country": None,
                "line1": None,
                "line2": None,
                "postal_code": None,
                "state": None,
            },
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": DESCRIPTOR,
        "captured": False,
        "created": world.clock.now(),
        "currency": currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": None,
        "payment_method": None,
        "payment_method_details": None,
        "radar_options": {},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }


def attempt(world: World, intent: JSON, *, method: JSON, card: Card) -> JSON:
    """Try to take the amount of a payment from a card."""
    charge = blank(world, intent["amount"], intent["currency"])
    charge |= {
        "billing_details": method["billing_details"],
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "outcome": _outcome(card),
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": charge_details(card, intent["amount"]),
        "receipt_email": intent["receipt_email"],
        "shipping": intent["shipping"],
        "transfer_group": intent["transfer_group"],
    }
    if card.decline_code:
        charge |= {
            "status": "failed",
            "failure_code": card.code,
            "failure_message": MESSAGES[card.decline_code],
        }
        world.add("charge", charge, owner=intent["_owner"])
        emit(world, "charge.failed", charge)
        return charge
    charge |= {
        "status": "succeeded",
        "paid": True,
        "captured": True,
        "amount_captured": charge["amount"],
        "receipt_url": f"{world.settings.base}/receipts/{charge['id']}",
    }
    world.add("charge", charge, owner=intent["_owner"])
    emit(world, "charge.succeeded", charge)
    _book_soon(world, charge, at_once=card.at_once)
    _dispute_soon(world, charge, card)
    return charge


def _dispute_soon(world: World, charge: JSON, card: Card) -> None:
    """Schedule the dispute of a payment by a test card for disputes."""
    if card.disputes is None:
        return
    kind = "inquiry" if card.disputes == "inquiry" else "dispute"
    reason = "fraudulent" if kind == "inquiry" else card.disputes
    now = world.clock.now()
    world.later("dispute_comes", now, charge=charge["id"], kind=kind, reason=reason)


def _book_soon(world: World, charge: JSON, *, at_once: bool) -> None:
    """Book the money a moment after the success, as automatic_async does."""
    fault = world.faults.on_event("late_balance_transaction", "charge.updated")
    if fault is None:
        book(world, charge, at_once=at_once)
        return
    moment = world.clock.now() + int(fault.seconds)
    world.later("charge_booked", moment, charge=charge["id"])


@falls_due("charge_booked")
def _charge_booked(world: World, details: JSON) -> None:
    book(world, world.store.must("charge", details["charge"]), at_once=False)


def book(world: World, charge: JSON, *, at_once: bool) -> None:
    """Put the money of a charge on the balance, less the fee."""
    transaction = money.book(
        world,
        "charge",
        charge["amount"],
        owner=charge["_owner"],
        currency=charge["currency"],
        source=charge["id"],
        available_on=None if at_once else money.settles_at(world),
        fee=money.fee_cents(charge["amount"], "card"),
        description=charge["description"],
    )
    charge["balance_transaction"] = transaction["id"]
    world.store.put("charge", charge)
    emit(world, "charge.updated", charge, previous={"balance_transaction": None})


@endpoint("GET /v1/charges/{charge}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a charge."""
    return world.find("charge", call.path["charge"], owner=call.owner, param="id")


@endpoint("POST /v1/charges/{charge}")
def update(world: World, call: Call) -> JSON:
    """Change the mutable fields; a transfer group can only be set while it is empty."""
    charge, params = retrieve(world, call), call.params
    group = params.get("transfer_group")
    if group and charge["transfer_group"] not in {None, group}:
        raise ApiError(
            "The transfer_group of this charge has already been set and cannot be changed.",
            param="transfer_group",
        )
    names = ("description", "receipt_email", "transfer_group")
    changes = {name: params[name] or None for name in names if name in params}
    changes["metadata"] = merged(charge, params)
    before = previous(charge, changes)
    charge |= changes
    world.store.put("charge", charge)
    if before:
        emit(world, "charge.updated", charge, previous=before)
    return charge


@endpoint("GET /v1/charges")
def index(world: World, call: Call) -> JSON:
    """List charges, newest first."""
    filters = same(call.params, "customer", "payment_intent", "transfer_group")
    period = in_period(call.params)
    return page(
        world.store,
        "charge",
        call.params,
        url="/v1/charges",
        keep=lambda row: row["_owner"] == call.owner and filters(row) and period(row),
    )


@included("charge", "refunds")
def _refunds(store: Store, charge: JSON) -> JSON:
    names = store.must("charge", charge["id"]).get("_refunds", [])
    rows = [public(store.must("refund", name)) for name in reversed(names)]
    url = f"/v1/charges/{charge['id']}/refunds"
    return envelope(rows[:10], url=url, has_more=len(rows) > 10)  # noqa: PLR2004 - a page
