"""Levers on money: balances, refunds that wait or fail, reversals."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.levers.disputing import truth
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.connect import accounts, reversals
from infra.stripe_simulator.objects.returns import refund_life
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import World


def balance(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Settle the pending balance; set the available balance to an amount, or change it."""
    owner = given.get("account") or PLATFORM
    if owner != PLATFORM:
        accounts.find(world, owner)
    currency = given.get("currency", "eur")
    for row in world.store.oldest_first("balance_transaction"):
        if row["_owner"] == owner and row["currency"] == currency:
            money.release(world, row)
    cents = int(given.get("change", 0))
    if "available" in given:
        cents = int(given["available"]) - money.available_cents(world, owner, currency)
    if cents:
        kind = "topup" if cents > 0 and owner == PLATFORM else "adjustment"
        money.book(world, kind, cents, owner=owner, currency=currency, source=None)
    return public(money.shown(world, owner))


def show_balance(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Show the balance of the platform or of an account."""
    return public(money.shown(world, given.get("account") or PLATFORM))


def refund(world: World, pieces: list[str], given: JSON) -> JSON:
    """Let a refund arrive, wait for the buyer, or fail as a bank sometimes does days later."""
    record = world.find("refund", pieces[0] if pieces else "", owner=PLATFORM, param="refund")
    state = pieces[1] if len(pieces) > 1 else "failed"
    reason = str(given.get("reason", "expired_or_canceled_card"))
    refund_life.bring_to(world, record, state, reason=reason)
    return public(record)


def reversal(world: World, pieces: list[str], given: JSON) -> JSON:
    """Reverse a transfer; with force even beyond the account's balance."""
    transfer = world.find("transfer", pieces[0] if pieces else "", owner=PLATFORM, param="transfer")
    params = {"amount": int(given["amount"])} if "amount" in given else {}
    forced = truth(given.get("force"))
    return public(reversals.take_back(world, transfer, params, forced=forced))
