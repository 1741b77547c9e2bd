"""The simulator's own levers under /_sim/: clock, faults, payments, accounts, balances."""

import time
from collections.abc import Callable

from infra.stripe_simulator.api import check_key
from infra.stripe_simulator.clock import iso, seconds
from infra.stripe_simulator.errors import JSON, ApiError, ParameterError, unrecognized
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.objects import accounts, checkout, destinations, money, refunds
from infra.stripe_simulator.objects.cards import CHALLENGED, DECLINED, GOOD, NO_FUNDS
from infra.stripe_simulator.objects.standing import STATES, bring_to
from infra.stripe_simulator.store import PLATFORM
from infra.stripe_simulator.wire import Request, Response, answer, decode_form, decode_json
from infra.stripe_simulator.world import World

OUTCOMES = {
    "paid": GOOD,
    "success": GOOD,
    "declined": DECLINED,
    "insufficient_funds": NO_FUNDS,
    "3ds": CHALLENGED,
    "3ds_failed": CHALLENGED,
}
CALM_SECONDS = 30.0
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
            world.store.save()
        return answer(200, body)
    except ApiError as error:
        return answer(error.status, error.body(v2=False))
    except (TypeError, ValueError) as error:
        return answer(400, ApiError(str(error)).body(v2=False))


def _given(request: Request) -> JSON:
    asked = decode_form(request.query)
    if request.headers.get("content-type", "").startswith("application/json"):
        return asked | decode_json(request.body)
    return asked | decode_form(request.body.decode())


def _clock(world: World, pieces: list[str], given: JSON) -> JSON:
    """Tell the time, set it, or let it advance by or to something."""
    if pieces == ["advance"]:
        target = _moment(world, given)
    elif pieces == ["set"] or "now" in given:
        target = seconds(str(given.get("now", given.get("to"))))
    else:
        return _time(world)
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
    return {"data": [fault.shown() for fault in world.faults.active]}


def _clear_faults(world: World, _pieces: list[str], _given: JSON) -> JSON:
    world.faults.clear()
    return {"data": []}


def _reset(world: World, _pieces: list[str], _given: JSON) -> JSON:
    world.forget()
    destinations.furnish(world)
    return {"reset": True}


def _pay(world: World, pieces: list[str], given: JSON) -> JSON:
    """Do on a Checkout page what a person would do there."""
    session = world.find("checkout.session", pieces[0], owner=PLATFORM, param="session")
    outcome = given.get("outcome", "paid")
    if outcome not in OUTCOMES:
        raise ParameterError(f"outcome must be one of {', '.join(OUTCOMES)}", param="outcome")
    if session["status"] != "open":
        raise ApiError(f"This session is {session['status']}.", param="session")
    buyer = checkout.Buyer(
        email=given.get("email", "acheteur@example.com"), card=OUTCOMES[outcome].number
    )
    checkout.pay(world, session, buyer)
    if outcome.startswith("3ds"):
        intent = world.store.must("payment_intent", session["payment_intent"])
        checkout.authenticate(world, intent, passed=outcome == "3ds")
    return public(session)


def _account(world: World, pieces: list[str], _given: JSON) -> JSON:
    """Let Stripe decide on an account."""
    account = accounts.find(world, pieces[0])
    state = pieces[1] if len(pieces) > 1 else ""
    if state == "closed":
        accounts.end(world, account)
    elif state in STATES:
        bring_to(world, account, state)
    else:
        known = ", ".join(sorted(STATES | {"closed"}))
        raise ParameterError(f"state must be one of {known}", param="state")
    return accounts.shown(account, ["configuration.recipient", "requirements"])


def _balance(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Settle what is pending and bring the available balance to an amount, or change it by one."""
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
        money.move(world, kind, cents, owner=owner, currency=currency, source=None)
    return public(money.shown(world, owner))


def _show_balance(world: World, _pieces: list[str], given: JSON) -> JSON:
    return public(money.shown(world, given.get("account") or PLATFORM))


def _refund(world: World, pieces: list[str], _given: JSON) -> JSON:
    """Let a refund fail, as a bank sometimes does days later."""
    refund = world.find("refund", pieces[0], owner=PLATFORM, param="refund")
    if pieces[1:] != ["failed"] or refund["status"] == "failed":
        raise ApiError("A refund that succeeded can be brought to: failed.", param="state")
    refunds.bounce(world, refund)
    return public(refund)


def _webhooks(world: World, _pieces: list[str], given: JSON) -> JSON:
    """Say anew where the three standing destinations are, when a server got another port."""
    for row in world.store.oldest_first("event_destination"):
        name = row["id"].partition("_")[2]
        if row["id"] in {"we_snapshot", "we_connected", "ed_thin"}:
            base = str(given["base"]).rstrip("/")
            row |= {"_url": f"{base}/stripe/{name}/", "_host": given.get("host", "")}
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
    ("POST", "pay"): _pay,
    ("POST", "account"): _account,
    ("GET", "balance"): _show_balance,
    ("POST", "balance"): _balance,
    ("POST", "refund"): _refund,
    ("POST", "webhooks"): _webhooks,
    ("GET", "deliveries"): _deliveries,
    ("POST", "retry"): _retry,
}
