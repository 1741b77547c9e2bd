"""Levers on payouts and banks: the days of payouts, the bank's response, Stripe's fees."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.levers.disputing import truth
from infra.stripe_simulator.objects import balance_settings, money
from infra.stripe_simulator.objects.connect import accounts, banks, payout_days
from infra.stripe_simulator.objects.connect import payouts as bank_payouts
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.world import World


def owner_of(world: World, given: JSON) -> str:
    """Return the owner of the balance: the platform unless an account is named."""
    named = str(given.get("account") or PLATFORM)
    if named != PLATFORM:
        accounts.find(world, named)
    return named


def show_payouts(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Show when a balance is paid out, and its latest payouts."""
    owner = owner_of(world, given)
    rows = [public(row) for row in world.store.newest_first("payout") if row["_owner"] == owner]
    schedule = balance_settings.schedule(world, owner)
    return {"owner": owner, "schedule": schedule, "data": rows[:100]}


def payouts(world: World, pieces: list[str], given: JSON) -> JSON:
    """Switch automatic payouts on or off, or run the nightly payout at once."""
    owner = owner_of(world, given)
    if pieces == ["now"]:
        made = payout_days.run(world, owner)
        return {"payout": public(made) if made else None}
    interval = str(given.get("interval") or ("daily" if _automatic(given) else "manual"))
    if interval not in balance_settings.INTERVALS:
        known = ", ".join(balance_settings.INTERVALS)
        raise ParameterError(f"interval must be one of {known}", param="interval")
    if truth(given.get("everyone")):
        balance_settings.set_for_everyone(world, interval)
        for row in world.store.oldest_first("account"):
            balance_settings.set_interval(world, row["id"], interval)
    balance_settings.set_interval(world, owner, interval)
    return show_payouts(world, [], given)


def _automatic(given: JSON) -> bool:
    if "automatic" not in given:
        raise ParameterError("Say interval, or automatic.", param="interval")
    return truth(given["automatic"])


def payout(world: World, pieces: list[str], given: JSON) -> JSON:
    """Let a bank take a payout, or send it back."""
    record = world.store.get("payout", pieces[0] if pieces else "")
    if record is None:
        raise ApiError(f"No such payout: '{'/'.join(pieces)}'", status=404, param="payout")
    status = pieces[1] if len(pieces) > 1 else ""
    if status == "failed":
        bank_payouts.fail(world, record, str(given.get("code", "could_not_process")))
    elif status == "canceled":
        bank_payouts.cancel(world, record)
    elif status in {"in_transit", "paid"}:
        bank_payouts.go_on(world, record, status)
    else:
        raise ParameterError("Say one of in_transit, paid, failed, canceled.", param="status")
    return public(record)


def bank(world: World, pieces: list[str], given: JSON) -> JSON:
    """Replace an account's bank account, or set its status at the bank."""
    named = pieces[0] if pieces else ""
    owner = owner_of(world, given | {"account": "" if named == "platform" else named})
    state = pieces[1] if len(pieces) > 1 else "replaced"
    if state == "replaced":
        return public(banks.replace(world, owner))
    if state not in banks.STATUSES:
        known = ", ".join((*banks.STATUSES, "replaced"))
        raise ParameterError(f"Say one of {known}.", param="status")
    return public(banks.mark(world, owner, state))


def fee(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Charge a fee of Stripe's own to a balance, such as the monthly fee for accounts."""
    cents = int(given.get("amount", 0))
    if cents < 1:
        raise ParameterError("Say how many cents: amount.", param="amount")
    move = money.book(
        world,
        "stripe_fee",
        -cents,
        owner=owner_of(world, given),
        currency="eur",
        source=None,
        description=str(given.get("description", "Connect: active account fee")),
    )
    return public(move)
