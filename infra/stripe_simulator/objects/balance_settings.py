"""The payout settings of a balance: how often, and the minimum that stays on it."""

from infra.stripe_simulator.errors import JSON, ParameterError, missing_parameter
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import Call, World

KIND = "balance_settings"
EVERYONE = "settings:everyone"
INTERVALS = ("daily", "manual", "monthly", "weekly")
A_DAY = 24 * 3600
NIGHT_SECOND = 2 * 3600
LAST_DAY = 31
NEEDS = {"weekly": "weekly_payout_days", "monthly": "monthly_payout_days"}


def of(world: World, owner: str) -> JSON:
    """Return the settings of a balance; by default payouts are manual."""
    stored = world.store.get(KIND, f"settings:{owner}")
    if stored is not None:
        return stored
    general = world.store.get(KIND, EVERYONE)
    payments: JSON = {
        "debit_negative_balances": True,
        "payouts": {
            "minimum_balance_by_currency": None,
            "schedule": {"interval": general["interval"] if general else "manual"},
            "statement_descriptor": None,
            "status": "enabled",
        },
        "settlement_timing": {"delay_days": money.SETTLES_AFTER_DAYS},
    }
    return {
        "id": f"settings:{owner}",
        "object": "balance_settings",
        "payments": payments,
        "_owner": owner,
    }


def schedule(world: World, owner: str) -> JSON:
    """Return the schedule of automatic payouts of a balance."""
    stored: JSON = of(world, owner)["payments"]["payouts"]["schedule"]
    return stored


def begin(world: World) -> None:
    """Look each night from now on which balances are to be paid out."""
    now = world.clock.now()
    tonight = now - now % A_DAY + NIGHT_SECOND
    world.later("payout_night", tonight + (A_DAY if tonight <= now else 0), once="all")


def minimum_cents(world: World, owner: str, currency: str) -> int:
    """Return the minimum that stays on a balance at automatic payouts."""
    stored = of(world, owner)["payments"]["payouts"]["minimum_balance_by_currency"] or {}
    cents: int = stored.get(currency, 0)
    return cents


def _shown(world: World, record: JSON) -> JSON:
    payments = record["payments"]
    able = "enabled" if can_pay_out(world, record["_owner"]) else "disabled"
    return {
        "object": record["object"],
        "payments": payments | {"payouts": payments["payouts"] | {"status": able}},
    }


def can_pay_out(world: World, owner: str) -> bool:
    """Return True if a balance may be paid out to its bank."""
    if owner == PLATFORM:
        return True
    account = world.store.must("account", owner)
    side = account["configuration"]["recipient"]
    if account["closed"] or side is None or "capabilities" not in side:
        return False
    return bool(side["capabilities"]["stripe_balance"]["payouts"]["status"] == "active")


@endpoint("GET /v1/balance_settings")
def settings(world: World, call: Call) -> JSON:
    """Show how the balance is paid out."""
    return _shown(world, of(world, call.owner))


@endpoint("POST /v1/balance_settings")
def change_settings(world: World, call: Call) -> JSON:
    """Change the payout settings of the balance, for instance its minimum."""
    given = call.params.get("payments", {})
    _check_schedule(given.get("payouts", {}).get("schedule") or {})
    record = of(world, call.owner)
    stored = record["payments"]
    if "debit_negative_balances" in given:
        stored["debit_negative_balances"] = given["debit_negative_balances"]
    timing = given.get("settlement_timing", {})
    if "delay_days_override" in timing:
        _override(stored["settlement_timing"], timing["delay_days_override"])
    for name, value in given.get("payouts", {}).items():
        amounts = name == "minimum_balance_by_currency"
        stored["payouts"][name] = _amounts(value) if amounts else value
    world.store.put(KIND, record)
    begin(world)
    shown = _shown(world, record)
    emit(world, "balance_settings.updated", shown | {"_owner": call.owner})
    return shown


def set_interval(world: World, owner: str, interval: str) -> None:
    """Pay a balance out by itself from now on, or only by hand."""
    record = of(world, owner)
    days: JSON = {"weekly": {NEEDS["weekly"]: ["monday"]}, "monthly": {NEEDS["monthly"]: [1]}}
    record["payments"]["payouts"]["schedule"] = {"interval": interval} | days.get(interval, {})
    world.store.put(KIND, record)
    begin(world)


def set_for_everyone(world: World, interval: str) -> None:
    """Let balances that said nothing else be paid out like this."""
    world.store.put(KIND, {"id": EVERYONE, "interval": interval})
    begin(world)


def _check_schedule(given: JSON) -> None:
    path = "payments[payouts][schedule]"
    needed = NEEDS.get(given.get("interval", ""))
    if needed and not given.get(needed):
        raise missing_parameter(f"{path}[{needed}]")
    for day in given.get("monthly_payout_days") or []:
        if not 1 <= day <= LAST_DAY:
            raise ParameterError(
                "Days of the month lie between 1 and 31.", param=f"{path}[monthly_payout_days]"
            )


def _override(timing: JSON, days: int | str) -> None:
    timing.pop("delay_days_override", None)
    timing["delay_days"] = money.SETTLES_AFTER_DAYS
    if days != "":
        timing |= {"delay_days": days, "delay_days_override": days}


def _amounts(value: JSON | str) -> JSON | None:
    if not isinstance(value, dict):
        return None
    return {currency: cents for currency, cents in value.items() if cents != ""} or None
