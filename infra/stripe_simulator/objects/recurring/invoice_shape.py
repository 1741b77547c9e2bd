"""How an invoice looks: Stripe's own, a vehicle of payment and no legal paper."""

from typing import Any

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.expand import included, public
from infra.stripe_simulator.paging import envelope
from infra.stripe_simulator.store import Store, new_id
from infra.stripe_simulator.world import World


def draft(world: World, subscription: JSON, customer: JSON, *, reason: str) -> JSON:
    """Give an invoice of a subscription without lines."""
    identifier = new_id("in_1")
    now = world.clock.now()
    details = {
        "metadata": dict(subscription["metadata"]),
        "subscription": subscription["id"],
    }
    return {
        "id": identifier,
        "object": "invoice",
        "account_country": "FR",
        "account_name": "Troovon",
        "account_tax_ids": None,
        "amount_due": 0,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": 0,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": subscription["currency"],
        "custom_fields": None,
        "customer": customer["id"],
        "customer_account": None,
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": envelope([], url=f"/v1/invoices/{identifier}/lines"),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": {
            "quote_details": None,
            "subscription_details": details,
            "type": "subscription_details",
        },
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": now,
        "period_start": now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": 0,
        "statement_descriptor": None,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": 0,
        "subtotal_excluding_tax": 0,
        "test_clock": customer["test_clock"],
        "total": 0,
        "total_discount_amounts": [],
        "total_excluding_tax": 0,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": now,
    }


def line(
    invoice: JSON,
    price: JSON,
    *,
    quantity: int,
    item: str | None,
    period: tuple[int, int],
    product: str,
) -> JSON:
    """Return an invoice line: a subscription's period, or a single sale."""
    subscription = subscription_of(invoice)
    parent: dict[str, Any] = {"invoice_item_details": None, "subscription_item_details": None}
    shared = {"proration": False, "proration_details": None, "subscription": subscription}
    if item is None:
        sold = shared | {"invoice_item": new_id("ii_1")}
        parent |= {"type": "invoice_item_details", "invoice_item_details": sold}
    else:
        month = shared | {"invoice_item": None, "subscription_item": item}
        parent |= {"type": "subscription_item_details", "subscription_item_details": month}
    cents = price["unit_amount"] * quantity
    return {
        "id": new_id("il_1"),
        "object": "line_item",
        "amount": cents,
        "currency": invoice["currency"],
        "description": f"{quantity} \u00d7 {product}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": False,
        "metadata": {},
        "parent": parent,
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": quantity,
        "quantity_decimal": str(quantity),
        "subscription": subscription,
        "subtotal": cents,
        "taxes": [],
    }


def subscription_of(invoice: JSON) -> str:
    """Give the subscription that an invoice is for."""
    return str(invoice["parent"]["subscription_details"]["subscription"])


def payment(world: World, invoice: JSON, intent: JSON) -> JSON:
    """Create the link of an invoice to its payment."""
    record: JSON = {
        "id": new_id("inpay_1"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": invoice["amount_due"],
        "created": world.clock.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    return world.add("invoice_payment", record, owner=invoice["_owner"])


@included("invoice", "payments")
def _payments(store: Store, invoice: JSON) -> JSON:
    rows = [
        public(row)
        for row in store.newest_first("invoice_payment")
        if row["invoice"] == invoice["id"]
    ]
    return envelope(rows, url="/v1/invoice_payments")


@included("invoice", "confirmation_secret")
def _secret(store: Store, invoice: JSON) -> JSON | None:
    for row in store.newest_first("invoice_payment"):
        if row["invoice"] == invoice["id"]:
            intent = store.must("payment_intent", row["payment"]["payment_intent"])
            return {"client_secret": intent["client_secret"], "type": "payment_intent"}
    return None
