"""The life of a subscription: begun, renewed each month, behind with a payment, ended."""

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.objects.payments.payment_turns import follows_payments
from infra.stripe_simulator.objects.recurring import invoice_life, invoice_shape, subscription_shape
from infra.stripe_simulator.objects.recurring.invoice_life import Sold
from infra.stripe_simulator.objects.recurring.periods import A_DAY
from infra.stripe_simulator.world import World, falls_due

# Days between a refused renewal and the next attempt: days 1, 3, 5 and 7 after the first.
RETRY_STEPS = (1, 2, 2, 2)
INCOMPLETE_FOR = 23 * 3600
AFTER_RETRIES = ("canceled", "unpaid", "past_due")
RUNNING = {"active", "past_due", "unpaid"}


def begin(
    world: World, params: JSON, prices: list[tuple[JSON, JSON]], *, once: list[tuple[JSON, int]]
) -> JSON:
    """Begin a subscription with its first invoice, which then waits to be paid."""
    customer = world.store.must("customer", params["customer"])
    currency = prices[0][0]["currency"]
    subscription = subscription_shape.blank(world, params, customer, currency=currency)
    subscription["_allowed"] = params.get("allowed_payment_method_types")
    world.add("subscription", subscription, owner=customer["_owner"])
    subscription["items"]["data"] = [
        subscription_shape.item(world, subscription, price=price, given=given)
        for price, given in prices
    ]
    emit(world, "customer.subscription.created", subscription)
    now = world.clock.now()
    sold = _month(subscription["items"]) + [
        Sold(price, quantity, None, (now, now)) for price, quantity in once
    ]
    invoice = invoice_life.write(
        world, subscription, sold, reason="subscription_create", period=(now, now)
    )
    subscription["latest_invoice"] = invoice["id"]
    invoice_life.finalize(world, invoice, allowed=subscription["_allowed"])
    world.store.put("subscription", subscription)
    world.later("subscription_renews", _end(subscription), subscription=subscription["id"])
    world.later("subscription_lapses", now + INCOMPLETE_FOR, subscription=subscription["id"])
    return subscription


def _month(items: JSON) -> list[Sold]:
    return [
        Sold(
            row["price"],
            row["quantity"],
            row["id"],
            (row["current_period_start"], row["current_period_end"]),
        )
        for row in items["data"]
    ]


def _end(subscription: JSON) -> int:
    return subscription_shape.period_end(subscription)


def latest_invoice(world: World, subscription: JSON) -> JSON:
    """Give the invoice of the running period."""
    return world.store.must("invoice", subscription["latest_invoice"])


def method_for(world: World, subscription: JSON) -> JSON | None:
    """Return the payment method of a subscription: its own, or its customer's default."""
    customer = world.store.get("customer", subscription["customer"])
    preferred = customer and customer["invoice_settings"]["default_payment_method"]
    for name in (subscription["default_payment_method"], preferred):
        method = world.store.get("payment_method", name) if name else None
        if method is not None and method["customer"] == subscription["customer"]:
            return method
    return None


def change(world: World, subscription: JSON, **changes: object) -> None:
    """Change a subscription and emit the event, unless no value changes."""
    before = {
        name: public({name: subscription[name]})[name]
        for name, value in changes.items()
        if subscription[name] != value
    }
    subscription |= changes
    world.store.put("subscription", subscription)
    if before:
        emit(world, "customer.subscription.updated", subscription, previous=before)


@falls_due("subscription_lapses")
def _lapses(world: World, details: JSON) -> None:
    subscription = world.store.get("subscription", details["subscription"])
    if subscription is not None:
        lapse(world, subscription)


def lapse(world: World, subscription: JSON) -> None:
    """Expire a subscription with an unpaid first invoice."""
    if subscription["status"] != "incomplete":
        return
    first = latest_invoice(world, subscription)
    if first["status"] == "open":
        invoice_life.void(world, first)
    change(world, subscription, status="incomplete_expired", ended_at=world.clock.now())


@falls_due("subscription_renews")
def _renews(world: World, details: JSON) -> None:
    """Begin the next period, or end where the end was asked for."""
    subscription = world.store.get("subscription", details["subscription"])
    if subscription is None or subscription["status"] not in RUNNING:
        return
    if subscription["cancel_at_period_end"]:
        end(world, subscription, reason=None)
        return
    begun = subscription["items"]["data"][0]["current_period_start"]
    subscription["_periods"] += 1
    items = subscription["items"] | {"data": _next_rows(subscription)}
    period = (begun, items["data"][0]["current_period_start"])
    invoice = invoice_life.write(
        world, subscription, _month(items), reason="subscription_cycle", period=period
    )
    change(world, subscription, items=items, latest_invoice=invoice["id"])
    world.later("subscription_renews", _end(subscription), subscription=subscription["id"])
    if subscription["status"] == "unpaid":
        invoice["auto_advance"] = False
        world.store.put("invoice", invoice)
        return
    invoice_life.finalize(world, invoice, allowed=subscription["_allowed"])
    method = method_for(world, subscription)
    invoice_life.attempt(world, invoice, method, off_session=True)


def _next_rows(subscription: JSON) -> list[JSON]:
    rows = []
    for row in subscription["items"]["data"]:
        start, stop = subscription_shape.period(subscription, row["price"])
        rows.append(row | {"current_period_start": start, "current_period_end": stop})
    return rows


def end(world: World, subscription: JSON, *, reason: str | None) -> None:
    """Cancel a subscription; paid invoices stay paid, open invoices are not retried."""
    now = world.clock.now()
    subscription |= {
        "status": "canceled",
        "canceled_at": subscription["canceled_at"] or now,
        "ended_at": now,
    }
    if reason:
        subscription["cancellation_details"]["reason"] = reason
    for invoice in world.store.oldest_first("invoice"):
        mine = invoice_shape.subscription_of(invoice) == subscription["id"]
        if mine and invoice["status"] in {"draft", "open"}:
            invoice |= {"auto_advance": False, "next_payment_attempt": None}
            world.store.put("invoice", invoice)
    world.store.put("subscription", subscription)
    emit(world, "customer.subscription.deleted", subscription)


@follows_payments
def _follow(world: World, intent: JSON) -> None:
    """Update a subscription by the result of a payment."""
    if "_invoice" not in intent:
        return
    invoice = world.store.must("invoice", intent["_invoice"])
    subscription = world.store.get("subscription", invoice_shape.subscription_of(invoice))
    over = subscription is None or subscription["status"] in {"canceled", "incomplete_expired"}
    if subscription is not None and not over and intent["status"] in {"succeeded", "processing"}:
        _goes_on(world, subscription, invoice=invoice, intent=intent)
    if intent["status"] != "requires_payment_method":
        return
    tried_again = subscription is not None and not over and subscription["status"] != "incomplete"
    moment = _next_attempt(world, invoice) if tried_again else None
    invoice["next_payment_attempt"] = moment
    world.store.put("invoice", invoice)
    emit(world, "invoice.payment_failed", invoice)
    if subscription is not None and tried_again:
        _falls_behind(world, subscription, invoice)


def _next_attempt(world: World, invoice: JSON) -> int | None:
    failed = invoice["attempt_count"]
    if failed > len(RETRY_STEPS):
        return None
    moment: int = world.clock.now() + RETRY_STEPS[failed - 1] * A_DAY
    return moment


def _goes_on(world: World, subscription: JSON, *, invoice: JSON, intent: JSON) -> None:
    first = subscription["status"] == "incomplete"
    latest = invoice["id"] == subscription["latest_invoice"]
    if first or (latest and intent["status"] == "succeeded"):
        change(world, subscription, status="active")


def _falls_behind(world: World, subscription: JSON, invoice: JSON) -> None:
    """Retry some days later, a few times; then apply the dunning settings."""
    moment = invoice["next_payment_attempt"]
    if moment is None:
        _given_up(world, subscription, invoice)
        return
    world.later("invoice_is_tried_again", moment, invoice=invoice["id"])
    if subscription["status"] == "active":
        change(world, subscription, status="past_due")


def _given_up(world: World, subscription: JSON, invoice: JSON) -> None:
    invoice["auto_advance"] = False
    world.store.put("invoice", invoice)
    settings = world.store.get("dunning", "dunning") or {"after": "canceled"}
    if settings["after"] == "canceled":
        end(world, subscription, reason="payment_failed")
    else:
        change(world, subscription, status=settings["after"])


@falls_due("invoice_is_tried_again")
def _tried_again(world: World, details: JSON) -> None:
    invoice = world.store.must("invoice", details["invoice"])
    subscription = world.store.get("subscription", invoice_shape.subscription_of(invoice))
    if subscription is None or invoice["next_payment_attempt"] != world.clock.now():
        return
    method = method_for(world, subscription)
    invoice_life.attempt(world, invoice, method, off_session=True)


def set_dunning(world: World, after: str) -> None:
    """Set a subscription's state after the last retry of a renewal has failed."""
    if after not in AFTER_RETRIES:
        raise ApiError(f"after must be one of {', '.join(AFTER_RETRIES)}", param="after")
    world.store.put("dunning", {"id": "dunning", "after": after})
