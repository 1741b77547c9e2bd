"""Every movement of money as a balance transaction, and the resulting balances."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import World, falls_due

A_DAY = 24 * 3600
SETTLES_AFTER_DAYS = 3
CARD_FEE_BASIS_POINTS = 150
CARD_FEE_FIXED_CENTS = 25
SEPA_FEE_CENTS = 35
WHOLE = 10_000

REPORTED_AS = {
    "payment": "charge",
    "payment_refund": "refund",
    "transfer_refund": "transfer_reversal",
    "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal",
    "stripe_fee": "fee",
    "adjustment": "other_adjustment",
}


def fee_cents(amount_cents: int, method: str) -> int:
    """Give Stripe's fee, rounded half up to the cent."""
    if method == "sepa_debit":
        return SEPA_FEE_CENTS
    share = amount_cents * CARD_FEE_BASIS_POINTS + WHOLE // 2
    return share // WHOLE + CARD_FEE_FIXED_CENTS


def settles_at(world: World) -> int:
    """Return the time when today's card payments become available: a midnight, days ahead."""
    now = world.clock.now()
    return now - now % A_DAY + SETTLES_AFTER_DAYS * A_DAY


def book(
    world: World,
    kind: str,
    amount_cents: int,
    *,
    owner: str,
    currency: str,
    source: str | None,
    available_on: int | None = None,
    fee: int = 0,
    description: str | None = None,
    category: str | None = None,
) -> JSON:
    """Create a balance transaction."""
    now = world.clock.now()
    available_on = max(now, available_on or now)
    record: JSON = {
        "id": new_id("txn_3"),
        "object": "balance_transaction",
        "amount": amount_cents,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [_fee(fee, currency, kind)] if fee else [],
        "net": amount_cents - fee,
        "reporting_category": category or REPORTED_AS.get(kind, kind),
        "source": source,
        "status": "available" if available_on <= now else "pending",
        "type": kind,
    }
    world.add("balance_transaction", record, owner=owner)
    _add(world, record, record["net"], status=record["status"])
    _spend(world, record)
    if record["status"] == "pending":
        world.later("funds_available", available_on, transaction=record["id"])
    return record


def _fee(cents: int, currency: str, kind: str) -> JSON:
    return {
        "amount": cents,
        "application": None,
        "currency": currency,
        "description": "Dispute fee" if kind == "adjustment" else "Stripe processing fees",
        "type": "stripe_fee",
    }


def balance_of(world: World, owner: str) -> JSON:
    """Return the balance of an account by currency, available and pending."""
    stored = world.store.get("balance_sums", f"sums:{owner}")
    return stored or {"id": f"sums:{owner}", "available": {}, "pending": {}}


def available_cents(world: World, owner: str, currency: str) -> int:
    """Return the available balance of an account."""
    amount: int = balance_of(world, owner)["available"].get(currency, 0)
    return amount


def _add(world: World, record: JSON, cents: int, *, status: str) -> None:
    sums = balance_of(world, record["_owner"])
    currency = record["currency"]
    sums[status][currency] = sums[status].get(currency, 0) + cents
    world.store.put("balance_sums", sums)


def _spend(world: World, record: JSON) -> None:
    """Add up fees and transfers of a balance; retry its pending refunds if money came in."""
    cents = record["fee"]
    if record["type"] in {"transfer", "transfer_refund", "stripe_fee"}:
        cents -= record["amount"]
    sums = balance_of(world, record["_owner"])
    currency, spent = record["currency"], sums.setdefault("spent", {})
    spent[currency] = spent.get(currency, 0) + cents
    world.store.put("balance_sums", sums)
    if record["net"] > 0 and sums.get("waiting"):
        world.later("refunds_covered", world.clock.now(), once=record["_owner"])


def lacking_cents(world: World, owner: str, currency: str) -> int:
    """Return the shortfall of a balance for the refunds made from it.

    Charged money may always be refunded, even if a fee or a transfer has taken a part of it (our
    choice: otherwise a first refund would wait for Stripe's own fee). Money paid out to a bank, or
    withdrawn by a bank, is missing.
    """
    sums = balance_of(world, owner)
    held: int = sum(sums[part].get(currency, 0) for part in ("available", "pending"))
    spent: int = sums.get("spent", {}).get(currency, 0)
    return max(-(held + spent), 0)


def release(world: World, record: JSON) -> None:
    """Let a pending move become money that can be spent."""
    if record["status"] == "available":
        return
    record["status"] = "available"
    record["available_on"] = min(record["available_on"], world.clock.now())
    _add(world, record, -record["net"], status="pending")
    _add(world, record, record["net"], status="available")
    world.store.put("balance_transaction", record)


@falls_due("funds_available")
def _funds_available(world: World, details: JSON) -> None:
    record = world.store.must("balance_transaction", details["transaction"])
    if record["status"] == "available":
        return
    release(world, record)
    world.later("balance_announced", world.clock.now(), once=record["_owner"])


@falls_due("balance_announced")
def _announced(world: World, details: JSON) -> None:
    """Emit a single event for a grown balance, after all increases at this moment."""
    emit(world, "balance.available", shown(world, details["once"]))


def shown(world: World, owner: str) -> JSON:
    """Show a balance as its owner sees it."""
    sums = balance_of(world, owner)
    currencies = sorted({"eur", *sums["available"], *sums["pending"]})

    def part(status: str) -> list[JSON]:
        return [_line(currency, sums[status].get(currency, 0)) for currency in currencies]

    body: JSON = {
        "object": "balance",
        "available": part("available"),
        "livemode": False,
        "pending": part("pending"),
        "_owner": owner,
    }
    return body


def _line(currency: str, cents: int) -> JSON:
    return {"amount": cents, "currency": currency, "source_types": {"card": cents}}
