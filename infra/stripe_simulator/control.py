"""The simulator's own levers under /_sim/: clock, faults, payments, accounts, balances."""

import time
from collections.abc import Callable

from infra.stripe_simulator import versions
from infra.stripe_simulator.api import check_key
from infra.stripe_simulator.clock import iso, seconds
from infra.stripe_simulator.errors import JSON, ApiError, ParameterError, unrecognized
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.levers import balances, disputing, judging, paying_out, selling
from infra.stripe_simulator.objects import destinations
from infra.stripe_simulator.wire import Request, Response, answer, decode_form, decode_json
from infra.stripe_simulator.world import World

CALM_SECONDS = 30.0
LAST_MOMENT = 7_258_118_399  # the last second of 2199
Lever = Callable[[World, list[str], JSON], JSON]


def serve(world: World, request: Request) -> Response:
    """Pull a lever; like the API this needs the key."""
    try:
        check_key(world, request.headers)
        pieces = request.path.strip("/").split("/")[1:]
        given = _given(request)
        name = (request.method, pieces[0])
        if name == ("POST", "settle"):
            return answer(200, _settle(world, given))
        if name not in LEVERS:
            raise unrecognized(request.method, request.path)
        with world.lock:
            world.run_due()
            body = LEVERS[name](world, pieces[1:], given)
            world.run_due()
            world.store.save()
        world.deliveries.see_off()
        return answer(200, body)
    except ApiError as error:
        return answer(error.status, error.body(v2=False))
    except (LookupError, TypeError, ValueError) as error:
        return answer(400, ApiError(f"This lever does not understand: {error}").body(v2=False))


def _given(request: Request) -> JSON:
    query = decode_form(request.query)
    if request.headers.get("content-type", "").startswith("application/json"):
        return query | decode_json(request.body)
    return query | decode_form(request.body.decode())


def _clock(world: World, pieces: list[str], given: JSON) -> JSON:
    """Return the time, set it, or advance it by or to a given value."""
    if pieces == ["advance"]:
        target = _moment(world, given)
    elif pieces == ["set"] or "now" in given:
        target = seconds(str(given.get("now", given.get("to"))))
    else:
        return _time(world)
    if not 0 <= target <= LAST_MOMENT:
        raise ParameterError("The clock runs from 1970 to 2199.", param="now")
    if target >= world.clock.now() or world.is_empty():
        world.set_clock(target)
    elif pieces != ["advance"]:
        raise ApiError("The clock only goes forwards once something has happened; reset first.")
    return _time(world)


def _moment(world: World, given: JSON) -> int:
    if "to" in given:
        return seconds(str(given["to"]))
    days, hours = int(given.get("days", 0)), int(given.get("hours", 0))
    step = (days * 24 + hours) * 3600 + int(given.get("seconds", 0))
    if step <= 0:
        raise ParameterError("Say how far: days, hours, seconds, or to.", param="seconds")
    return world.clock.now() + step


def _time(world: World) -> JSON:
    now = world.clock.now()
    return {"now": now, "iso": iso(now), "offset_seconds": world.clock.offset}


def _faults(world: World, _pieces: list[str], given: JSON) -> JSON:
    return world.faults.order(given).shown()


def _list_faults(world: World, _pieces: list[str], _given: JSON) -> JSON:
    return {
        "data": [fault.shown() for fault in world.faults.active],
        "struck": dict(world.faults.struck),
    }


def _clear_faults(world: World, _pieces: list[str], _given: JSON) -> JSON:
    world.faults.clear()
    return {"data": [], "struck": dict(world.faults.struck)}


def _reset(world: World, _pieces: list[str], _given: JSON) -> JSON:
    world.forget()
    destinations.furnish(world)
    return {"reset": True}


def _save(world: World, _pieces: list[str], _given: JSON) -> JSON:
    world.save()
    return _time(world)


def _restore(world: World, _pieces: list[str], _given: JSON) -> JSON:
    world.restore()
    return _time(world)


def _webhooks(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Update the addresses of the three fixed destinations, after a server got another port."""
    for row in world.store.oldest_first("event_destination"):
        name = row["id"].partition("_")[2]
        if row["id"] in {"we_snapshot", "we_connected", "ed_thin"}:
            base = str(given["base"]).rstrip("/")
            row |= {"_url": f"{base}/stripe/{name}/", "_host": given.get("host", "")}
            if "version" in given and row["event_payload"] == "snapshot":
                row["snapshot_api_version"] = versions.chosen(str(given["version"]))
            world.store.put("event_destination", row)
    return {"base": given["base"], "host": given.get("host", "")}


def _deliveries(world: World, _pieces: list[str], given: JSON) -> JSON:
    rows = [public(row) for row in world.store.newest_first("delivery")]
    return {"data": rows[: int(given.get("limit", 100))]}


def _retry(world: World, _pieces: list[str], _given: JSON) -> JSON:
    world.deliveries.retry_now()
    return {"retried": True}


def _settle(world: World, given: JSON) -> JSON:
    """Wait, without holding anybody up, until each event has been tried once."""
    patience = time.monotonic() + float(given.get("seconds", CALM_SECONDS))
    while time.monotonic() < patience:
        with world.lock:
            if world.deliveries.idle():
                return {"idle": True}
        time.sleep(0.02)
    return {"idle": False}


LEVERS: dict[tuple[str, str], Lever] = {
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "faults"): _list_faults,
    ("POST", "faults"): _faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "reset"): _reset,
    ("POST", "save"): _save,
    ("POST", "restore"): _restore,
    ("POST", "pay"): selling.pay,
    ("POST", "card"): selling.card,
    ("POST", "portal"): selling.save_portal,
    ("POST", "debit"): selling.debit,
    ("POST", "dunning"): selling.dunning,
    ("POST", "account"): judging.account,
    ("GET", "balance"): balances.show_balance,
    ("POST", "balance"): balances.balance,
    ("POST", "refund"): balances.refund,
    ("POST", "reversal"): balances.reversal,
    ("POST", "dispute"): disputing.dispute,
    ("GET", "payouts"): paying_out.show_payouts,
    ("POST", "payouts"): paying_out.payouts,
    ("POST", "payout"): paying_out.payout,
    ("POST", "bank"): paying_out.bank,
    ("POST", "fee"): paying_out.fee,
    ("POST", "webhooks"): _webhooks,
    ("GET", "deliveries"): _deliveries,
    ("POST", "retry"): _retry,
}
