"""The state changes of a payment, and the functions called after each."""

from collections.abc import Callable

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.world import World

Follower = Callable[[World, JSON], None]
FOLLOWERS: list[Follower] = []


def follows_payments(follower: Follower) -> Follower:
    """Register a function to call; invoices come before subscriptions, these before sessions."""
    FOLLOWERS.append(follower)
    return follower


def turned(world: World, intent: JSON) -> None:
    """Call the registered functions after a change of a payment."""
    for follow in FOLLOWERS:
        follow(world, intent)


def succeed(world: World, intent: JSON) -> None:
    """Note that the money has come."""
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "last_payment_error": None,
    }
    world.store.put("payment_intent", intent)
    emit(world, "payment_intent.succeeded", intent)
    turned(world, intent)


def fail(world: World, intent: JSON, *, method: JSON, error: JSON) -> JSON:
    """Leave a payment open after an attempt that failed."""
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_payment_error": error | {"payment_method": public(method)},
    }
    world.store.put("payment_intent", intent)
    emit(world, "payment_intent.payment_failed", intent)
    turned(world, intent)
    return error
