"""The balance, what moved it, and how it is paid out."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.paging import in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.world import Call, World


@endpoint("GET /v1/balance")
def retrieve(world: World, call: Call) -> JSON:
    """Show what is available and what is pending."""
    return money.shown(world, call.owner)


@endpoint("GET /v1/balance_transactions/{id}")
def transaction(world: World, call: Call) -> JSON:
    """Show one move."""
    return world.find("balance_transaction", call.path["id"], owner=call.owner, param="id")


@endpoint("GET /v1/balance_transactions")
def transactions(world: World, call: Call) -> JSON:
    """List the moves, newest first."""
    asked, period = same(call.params, "currency", "source", "type"), in_period(call.params)
    none_paid_out = "payout" in call.params

    def keep(row: JSON) -> bool:
        return not none_paid_out and row["_owner"] == call.owner and asked(row) and period(row)

    url = "/v1/balance_transactions"
    return page(world.store, "balance_transaction", call.params, url=url, keep=keep)


@endpoint("GET /v1/payouts")
def payouts(world: World, call: Call) -> JSON:
    """List payouts to a bank; the simulator's money stays where it is."""
    return page(world.store, "payout", call.params, url="/v1/payouts", keep=lambda _row: False)


def _settings(world: World, owner: str) -> JSON:
    kept = world.store.get("balance_settings", f"settings:{owner}")
    if kept is not None:
        return kept
    payments: JSON = {
        "debit_negative_balances": True,
        "payouts": {
            "minimum_balance_by_currency": None,
            "schedule": {"interval": "daily"},
            "statement_descriptor": None,
            "status": "enabled",
        },
        "settlement_timing": {"delay_days": money.SETTLES_AFTER_DAYS},
    }
    record = {"_id": f"settings:{owner}", "object": "balance_settings", "payments": payments}
    return record | {"id": record["_id"], "_owner": owner}


def _shown(record: JSON) -> JSON:
    return {"object": record["object"], "payments": record["payments"]}


@endpoint("GET /v1/balance_settings")
def settings(world: World, call: Call) -> JSON:
    """Show how the balance is paid out."""
    return _shown(_settings(world, call.owner))


@endpoint("POST /v1/balance_settings")
def change_settings(world: World, call: Call) -> JSON:
    """Change how the balance is paid out, for instance what always stays on it."""
    record = _settings(world, call.owner)
    given = call.params.get("payments", {})
    kept = record["payments"]
    if "debit_negative_balances" in given:
        kept["debit_negative_balances"] = given["debit_negative_balances"]
    timing = given.get("settlement_timing", {})
    if "delay_days_override" in timing:
        _override(kept["settlement_timing"], timing["delay_days_override"])
    for name, value in given.get("payouts", {}).items():
        kept["payouts"][name] = value
        if name == "minimum_balance_by_currency":
            kept["payouts"][name] = _amounts(value)
    world.store.put("balance_settings", record)
    emit(world, "balance_settings.updated", _shown(record) | {"_owner": call.owner})
    return _shown(record)


def _override(timing: JSON, days: int | str) -> None:
    timing.pop("delay_days_override", None)
    timing["delay_days"] = money.SETTLES_AFTER_DAYS
    if days != "":
        timing |= {"delay_days": days, "delay_days_override": days}


def _amounts(value: JSON | str) -> JSON | None:
    if not isinstance(value, dict):
        return None
    return {currency: cents for currency, cents in value.items() if cents != ""} or None
