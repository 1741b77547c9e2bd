"""The life of an invoice: written, finalized, tried, paid, or given up."""

from dataclasses import dataclass

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects.payments import payment_intents
from infra.stripe_simulator.objects.payments.payment_turns import follows_payments, turned
from infra.stripe_simulator.objects.recurring import invoice_shape
from infra.stripe_simulator.world import World

WHY = {
    "subscription_create": "Subscription creation",
    "subscription_cycle": "Subscription update",
}


@dataclass(frozen=True, slots=True)
class Sold:
    """The subject of an invoice line; without an item it is sold once."""

    price: JSON
    quantity: int
    item: str | None
    period: tuple[int, int]


def write(
    world: World, subscription: JSON, sold: list[Sold], *, reason: str, period: tuple[int, int]
) -> JSON:
    """Write the draft of an invoice for a subscription."""
    customer = world.store.must("customer", subscription["customer"])
    invoice = invoice_shape.draft(world, subscription, customer, reason=reason)
    lines = [
        invoice_shape.line(
            invoice,
            part.price,
            quantity=part.quantity,
            item=part.item,
            period=part.period,
            product=world.store.must("product", part.price["product"])["name"],
        )
        for part in sold
    ]
    total = sum(row["amount"] for row in lines)
    names = ("amount_due", "amount_remaining", "subtotal", "subtotal_excluding_tax", "total",
             "total_excluding_tax")  # fmt: skip
    invoice |= dict.fromkeys(names, total)
    invoice |= {"period_start": period[0], "period_end": period[1]}
    invoice["lines"]["data"] = lines
    world.add("invoice", invoice, owner=subscription["_owner"])
    emit(world, "invoice.created", invoice)
    return invoice


def finalize(world: World, invoice: JSON, *, allowed: list[str] | None) -> JSON:
    """Make an invoice final, with its number and the payment that it waits for."""
    customer = world.store.must("customer", invoice["customer"])
    place = customer["next_invoice_sequence"]
    customer["next_invoice_sequence"] = place + 1
    world.store.put("customer", customer)
    now = world.clock.now()
    invoice |= {
        "effective_at": now,
        "ending_balance": 0,
        "hosted_invoice_url": f"{world.settings.base}/i/{invoice['id']}",
        "number": f"{customer['invoice_prefix']}-{place:04}",
        "status": "open",
    }
    invoice["status_transitions"]["finalized_at"] = now
    intent = payment_intents.make(
        world,
        {
            "allowed_payment_method_types": allowed,
            "customer": invoice["customer"],
            "description": WHY[invoice["billing_reason"]],
            "setup_future_usage": "off_session",
        },
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        owner=invoice["_owner"],
    )
    intent["_invoice"] = invoice["id"]
    paying = invoice_shape.payment(world, invoice, intent)
    invoice["_payment"] = paying["id"]
    world.store.put("invoice", invoice)
    emit(world, "invoice.finalized", invoice)
    return intent


def intent_of(world: World, invoice: JSON) -> JSON:
    """Give the payment that an invoice waits for."""
    paying = world.store.must("invoice_payment", invoice["_payment"])
    return world.store.must("payment_intent", paying["payment"]["payment_intent"])


def attempt(world: World, invoice: JSON, method: JSON | None, *, off_session: bool) -> JSON | None:
    """Try to have an invoice paid; gives the refusal of a card."""
    intent = intent_of(world, invoice)
    if intent["status"] == "processing":
        raise ApiError("This invoice is already being paid by a debit that is on its way.")
    invoice |= {
        "attempt_count": invoice["attempt_count"] + 1,
        "attempted": True,
        "next_payment_attempt": None,
    }
    world.store.put("invoice", invoice)
    if method is None:
        turned(world, intent)
        return None
    return payment_intents.confirm(world, intent, method=method, off_session=off_session)


@follows_payments
def _follow(world: World, intent: JSON) -> None:
    """Update an invoice by the result of its payment."""
    if "_invoice" not in intent:
        return
    invoice = world.store.must("invoice", intent["_invoice"])
    if invoice["status"] != "open":
        return
    if intent["status"] == "succeeded":
        _paid(world, invoice)
    elif intent["status"] == "requires_action":
        emit(world, "invoice.payment_action_required", invoice)


def _paid(world: World, invoice: JSON) -> None:
    now = world.clock.now()
    invoice |= {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status": "paid",
    }
    invoice["status_transitions"]["paid_at"] = now
    paying = world.store.must("invoice_payment", invoice["_payment"])
    paying |= {"status": "paid", "amount_paid": invoice["amount_paid"]}
    paying["status_transitions"]["paid_at"] = now
    world.store.put("invoice_payment", paying)
    world.store.put("invoice", invoice)
    emit(world, "invoice_payment.paid", paying)
    emit(world, "invoice.paid", invoice)
    emit(world, "invoice.payment_succeeded", invoice)


def void(world: World, invoice: JSON) -> None:
    """Void an unpaid invoice."""
    intent = intent_of(world, invoice)
    invoice |= {"status": "void", "auto_advance": False, "next_payment_attempt": None}
    invoice["status_transitions"]["voided_at"] = world.clock.now()
    world.store.put("invoice", invoice)
    emit(world, "invoice.voided", invoice)
    payment_intents.cancel(world, intent)
