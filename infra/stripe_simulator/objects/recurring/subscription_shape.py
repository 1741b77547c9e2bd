"""How a subscription and its items look."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects.metadata import fresh
from infra.stripe_simulator.objects.recurring import periods
from infra.stripe_simulator.objects.recurring.products import plan_of
from infra.stripe_simulator.paging import envelope
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import World


def blank(world: World, params: JSON, customer: JSON, *, currency: str) -> JSON:
    """Give a subscription that has no items and has not been paid."""
    identifier, now = new_id("sub_1"), world.clock.now()
    return {
        "id": identifier,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": params.get("cancel_at_period_end", False),
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "days_until_due": None,
        "default_payment_method": params.get("default_payment_method"),
        "default_source": None,
        "default_tax_rates": [],
        "description": params.get("description"),
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": envelope([], url=f"/v1/subscription_items?subscription={identifier}"),
        "latest_invoice": None,
        "livemode": False,
        "metadata": fresh(params),
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": now,
        "status": "incomplete",
        "test_clock": customer["test_clock"],
        "transfer_data": None,
        "trial_end": None,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None,
        "_periods": 1,
    }


def item(world: World, subscription: JSON, *, price: JSON, given: JSON) -> JSON:
    """Return a subscription item."""
    start, end = period(subscription, price)
    return {
        "id": new_id("si_", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": world.clock.now(),
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": fresh(given),
        "plan": plan_of(price),
        "price": {key: value for key, value in price.items() if not key.startswith("_")},
        "quantity": given.get("quantity", 1),
        "subscription": subscription["id"],
        "tax_rates": [],
    }


def period(subscription: JSON, price: JSON) -> tuple[int, int]:
    """Return the current period, counted from the subscription's billing anchor."""
    anchor, every = subscription["billing_cycle_anchor"], price["recurring"]
    begun = subscription["_periods"]
    start, end = (
        periods.after(anchor, interval=every["interval"], count=count * every["interval_count"])
        for count in (begun - 1, begun)
    )
    return start, end


def period_end(subscription: JSON) -> int:
    """Give the moment at which the running period ends."""
    end: int = subscription["items"]["data"][0]["current_period_end"]
    return end
