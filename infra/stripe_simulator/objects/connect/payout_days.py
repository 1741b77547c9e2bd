"""Days of payout: the automatic acts of a daily, weekly or monthly schedule."""

import datetime as dt

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.objects import balance_settings, money
from infra.stripe_simulator.objects.connect import banks, payouts
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import World, falls_due


@falls_due("payout_night")
def _night(world: World, _details: JSON) -> None:
    now = world.clock.now()
    owners = [PLATFORM, *(row["id"] for row in world.store.oldest_first("account"))]
    for owner in owners:
        if _is_its_day(balance_settings.schedule(world, owner), now):
            run(world, owner)
    if any(balance_settings.schedule(world, owner)["interval"] != "manual" for owner in owners):
        balance_settings.begin(world)


def _is_its_day(schedule: JSON, now: int) -> bool:
    day = dt.datetime.fromtimestamp(now, dt.UTC)
    interval = schedule["interval"]
    if interval == "weekly":
        names = schedule.get("weekly_payout_days") or ["monday"]
        return day.strftime("%A").lower() in names
    if interval == "monthly":
        last = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        days = schedule.get("monthly_payout_days") or [1]
        return day.day in {min(wanted, last.day) for wanted in days}
    return bool(interval == "daily")


def run(world: World, owner: str) -> JSON | None:
    """Pay a balance out as far as it may be; gives the payout, if there was something to pay."""
    bank = banks.of(world, owner)
    if bank["status"] == "errored" or not balance_settings.can_pay_out(world, owner):
        return None
    currency = bank["currency"]
    available = money.available_cents(world, owner, currency)
    if available < 0:
        return _debited(world, owner, available, currency=currency)
    minimum = balance_settings.minimum_cents(world, owner, currency)
    if available <= minimum:
        return None
    return _paid_out(world, owner, currency=currency, minimum=minimum)


def _debited(world: World, owner: str, available: int, *, currency: str) -> JSON | None:
    """Debit a negative balance from the bank, if the settings allow it."""
    if not balance_settings.of(world, owner)["payments"]["debit_negative_balances"]:
        return None
    return _automatic_payout(world, owner, available, currency=currency)


def _automatic_payout(world: World, owner: str, cents: int, *, currency: str) -> JSON:
    """Make an automatic payout out of all moves that no payout has taken yet."""
    rows = [
        row
        for row in world.store.oldest_first("balance_transaction")
        if row["_owner"] == owner
        and row["currency"] == currency
        and row["status"] == "available"
        and "_payout" not in row
    ]
    payout = payouts.start(world, owner, amount=cents, currency=currency, automatic=True)
    names = [payout["balance_transaction"]]
    for row in reversed(rows):
        row["_payout"] = payout["id"]
        world.store.put("balance_transaction", row)
        names.append(row["id"])
    payout["_moves"] = names
    world.store.put("payout", payout)
    return payout


def _paid_out(world: World, owner: str, *, currency: str, minimum: int) -> JSON:
    """Pay out all but the minimum, held in this payout and released for the next payout."""
    available = money.available_cents(world, owner, currency)
    if not minimum:
        return _automatic_payout(world, owner, available, currency=currency)
    _hold_minimum(world, owner, -minimum, currency=currency)
    payout = _automatic_payout(world, owner, available - minimum, currency=currency)
    _hold_minimum(world, owner, minimum, currency=currency)
    return payout


def _hold_minimum(world: World, owner: str, cents: int, *, currency: str) -> None:
    word = "hold" if cents < 0 else "release"
    money.book(
        world,
        f"payout_minimum_balance_{word}",
        cents,
        owner=owner,
        currency=currency,
        source=None,
        description="Minimum balance",
    )
