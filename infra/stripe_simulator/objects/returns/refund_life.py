"""The life of a refund after it was asked for: it arrives, waits, fails or is called off."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.world import World, falls_due

A_DAY = 24 * 3600
ARRIVES_AFTER_DAYS = 4
# The permitted next statuses of each status.
FOLLOWS = {
    "pending": {"succeeded", "requires_action", "failed", "canceled"},
    "requires_action": {"pending", "succeeded", "failed", "canceled"},
    "succeeded": {"failed"},
}
REASONS = (
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
)
# The last digits of the cards with slow or failing refunds.
SLOW_CARD, BOUNCING_CARD = "7726", "5126"


def begin(world: World, refund: JSON, charge: JSON) -> None:
    """Set the first status of a refund, by its payment method and the ordered faults."""
    details = charge["payment_method_details"] or {}
    last4 = (details.get("card") or {}).get("last4")
    if money.lacking_cents(world, refund["_owner"], refund["currency"]):
        _wait_for_funds(world, refund)
        return
    ordered = world.faults.on_event("pending_refund", "refund.created")
    if ordered or details.get("type") == "sepa_debit" or last4 == SLOW_CARD:
        refund |= {"status": "pending", "pending_reason": "processing"}
        moment = world.clock.now() + ARRIVES_AFTER_DAYS * A_DAY
        world.later("refund_arrives", moment, refund=refund["id"])
    if last4 == BOUNCING_CARD:
        moment = world.clock.now() + ARRIVES_AFTER_DAYS * A_DAY
        world.later("refund_bounces", moment, refund=refund["id"])


def _wait_for_funds(world: World, refund: JSON) -> None:
    """Hold a refund that the balance does not cover until money comes in."""
    refund |= {"status": "pending", "pending_reason": "insufficient_funds"}
    world.store.put("refund", refund)
    sums = money.balance_of(world, refund["_owner"])
    sums["waiting"] = [*sums.get("waiting", []), refund["id"]]
    world.store.put("balance_sums", sums)


@falls_due("refunds_covered")
def _covered(world: World, details: JSON) -> None:
    """Send the refunds that the balance covers by now, the oldest first."""
    sums = money.balance_of(world, details["once"])
    waiting = [world.store.must("refund", name) for name in sums.get("waiting", [])]
    waiting = [refund for refund in waiting if refund.get("pending_reason") == "insufficient_funds"]
    while waiting:
        behind = sum(refund["amount"] for refund in waiting[1:])
        currency = waiting[0]["currency"]
        if money.lacking_cents(world, details["once"], currency) > behind:
            break
        bring_to(world, waiting.pop(0), "succeeded")
    sums = money.balance_of(world, details["once"])
    sums["waiting"] = [refund["id"] for refund in waiting]
    world.store.put("balance_sums", sums)


def bring_to(
    world: World, refund: JSON, status: str, *, reason: str = "expired_or_canceled_card"
) -> None:
    """Bring a refund to its next status, with the money that comes back and the events."""
    before = refund["status"]
    _check(before, status, reason=reason)
    refund["status"] = status
    for name in ("pending_reason", "next_action"):
        refund.pop(name, None)
    if status == "requires_action":
        refund["next_action"] = _mail_sent(world)
    if status in {"failed", "canceled"}:
        _come_back(world, refund, reason=reason if status == "failed" else None)
    world.store.put("refund", refund)
    emit(world, "refund.updated", refund, previous={"status": before})
    if status == "failed":
        emit(world, "refund.failed", refund)


def _check(before: str, status: str, *, reason: str) -> None:
    following = FOLLOWS.get(before, set())
    if status not in following:
        known = ", ".join(sorted(following)) or "nothing"
        raise ApiError(f"After {before} comes {known}, not {status}.", param="state")
    if reason not in REASONS:
        raise ParameterError(f"reason must be one of {', '.join(REASONS)}", param="reason")


def _mail_sent(world: World) -> JSON:
    now = world.clock.now()
    sent = {"email_sent_at": now, "email_sent_to": "acheteur@example.com"}
    details = {"email_sent": sent, "expires_at": now + 45 * A_DAY}
    return {"display_details": details, "type": "display_details"}


def _come_back(world: World, refund: JSON, *, reason: str | None) -> None:
    """Book the money that the buyer's bank sent back, and free it for another refund."""
    move = money.book(
        world,
        "refund_failure",
        refund["amount"],
        owner=refund["_owner"],
        currency=refund["currency"],
        source=refund["id"],
        description="REFUND FAILURE",
    )
    refund["failure_balance_transaction"] = move["id"]
    if reason:
        refund["failure_reason"] = reason
    charge = world.store.must("charge", refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    world.store.put("charge", charge)


@falls_due("refund_arrives")
def _arrives(world: World, details: JSON) -> None:
    refund = world.store.must("refund", details["refund"])
    if refund["status"] == "pending":
        bring_to(world, refund, "succeeded")


@falls_due("refund_bounces")
def _bounces(world: World, details: JSON) -> None:
    refund = world.store.must("refund", details["refund"])
    if refund["status"] == "succeeded":
        bring_to(world, refund, "failed")
