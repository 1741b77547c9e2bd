"""Accounts: the councils that receive money."""

import copy
from typing import Any

from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.errors import JSON, ApiError, not_found
from infra.stripe_simulator.events import emit_thin
from infra.stripe_simulator.expand import included
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.connect.standing import (
    connect,
    is_connected,
    payouts_of,
    recipient,
    requirements,
    state_of,
)
from infra.stripe_simulator.objects.metadata import fresh, merged
from infra.stripe_simulator.paging import page_v2
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import PLATFORM, Store, new_id
from infra.stripe_simulator.world import Call, World

ON_REQUEST = ("defaults", "future_requirements", "identity", "requirements")
SIDES = ("customer", "merchant", "recipient")
PLAIN = ("contact_email", "contact_phone", "dashboard", "display_name")


def may_receive(account: JSON) -> bool:
    """Return True if a transfer to this account would be accepted."""
    return not account["closed"] and is_connected(account) and state_of(account) == "active"


def shown(account: JSON, include: list[str]) -> JSON:
    """Return an account; fields that were not requested are null, whatever their value."""
    out = {key: _plain(item) for key, item in account.items() if key[0] != "_"}
    for name in ON_REQUEST:
        if name not in include:
            out[name] = None
    requests = [side for side in SIDES if f"configuration.{side}" in include]
    sides = out["configuration"]
    out["configuration"] = {side: sides[side] if side in requests else None for side in SIDES}
    if not requests:
        out["configuration"] = None
    return out


def _plain(value: Any) -> Any:
    """Return a copy of a value without the simulator's private fields."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key[0] != "_"}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _tidied(given: JSON) -> JSON:
    """Return the fields of an identity that Stripe shows: no numbers and no documents."""
    out = {key: copy.deepcopy(item) for key, item in given.items() if item is not None}
    for part in ("business_details", "individual"):
        if part not in out:
            continue
        out[part].pop("documents", None)
        if "id_numbers" in out[part]:
            out[part]["id_numbers"] = [
                {key: item for key, item in number.items() if key != "value"}
                for number in out[part]["id_numbers"]
            ]
    return out


def _merged(old: JSON, new: JSON) -> JSON:
    out = dict(old)
    for key, item in new.items():
        both = isinstance(item, dict) and isinstance(out.get(key), dict)
        out[key] = _merged(out[key], item) if both else item
    return {key: item for key, item in out.items() if item is not None}


def _defaults(given: JSON) -> JSON:
    out = {key: item for key, item in given.items() if item is not None}
    duties = out.get("responsibilities") or {}
    out["responsibilities"] = {
        "fees_collector": duties.get("fees_collector", "application"),
        "losses_collector": duties.get("losses_collector", "application"),
        "requirements_collector": duties.get("requirements_collector", "stripe"),
    }
    return out


def _sides(given: JSON) -> JSON:
    """Create each requested configuration; the recipient's is pending until its onboarding."""
    out: JSON = dict.fromkeys(SIDES)
    for side in SIDES:
        if given.get(side) is not None:
            out[side] = {"applied": True}
    if out["recipient"] and _asks_for_transfers(given["recipient"]):
        out["recipient"] = recipient("pending")
    return out


def _asks_for_transfers(given: JSON) -> bool:
    balance = (given.get("capabilities") or {}).get("stripe_balance") or {}
    return bool((balance.get("stripe_transfers") or {}).get("requested"))


@endpoint("POST /v2/core/accounts")
def create(world: World, call: Call) -> JSON:
    """Begin an account."""
    params = call.params
    sides = _sides(params.get("configuration") or {})
    account: JSON = {
        "id": new_id("acct_1", 15),
        "object": "v2.core.account",
        "applied_configurations": [side for side in SIDES if sides[side]],
        "closed": False,
        "configuration": sides,
        "contact_email": None,
        "contact_phone": None,
        "created": iso(world.clock.now()),
        "dashboard": "none",
        "defaults": _defaults(params.get("defaults") or {}),
        "display_name": None,
        "future_requirements": {"entries": []},
        "identity": _tidied(params.get("identity") or {}),
        "livemode": False,
        "metadata": fresh(params),
        "requirements": requirements("active"),
    }
    account |= {name: params[name] for name in PLAIN if name in params}
    account["requirements"] = requirements(state_of(account) or "active")
    world.add("account", account)
    emit_thin(world, "v2.core.account.created", account)
    return shown(account, call.include)


def find(world: World, identifier: str) -> JSON:
    """Return an account. Raises the not-found error if it does not exist."""
    account = world.store.get("account", identifier)
    if account is None:
        raise not_found("account", identifier)
    return account


@endpoint("GET /v2/core/accounts/{id}")
def retrieve(world: World, call: Call) -> JSON:
    """Show an account."""
    return shown(find(world, call.path["id"]), call.include)


@endpoint("POST /v2/core/accounts/{id}")
def update(world: World, call: Call) -> JSON:
    """Change an account."""
    account, params = find(world, call.path["id"]), call.params
    if account["closed"]:
        raise ApiError("This account is closed.", code="account_closed")
    account |= {name: params[name] for name in PLAIN if name in params}
    account["metadata"] = merged(account, params)
    if params.get("defaults"):
        account["defaults"] = _defaults(_merged(account["defaults"], params["defaults"]))
    if params.get("identity"):
        account["identity"] = _tidied(_merged(account["identity"], params["identity"]))
        emit_thin(world, "v2.core.account[identity].updated", account)
    _add_sides(account, params.get("configuration") or {})
    world.store.put("account", account)
    emit_thin(world, "v2.core.account.updated", account)
    given = (params.get("configuration") or {}).get("recipient") or {}
    if "applied" in given:
        connect(world, account, applied=given["applied"])
    return shown(account, call.include)


def _add_sides(account: JSON, given: JSON) -> None:
    sides, before = account["configuration"], state_of(account)
    for side, begun in _sides(given).items():
        if begun and not (sides[side] or {}).get("capabilities"):
            sides[side] = begun
    account["applied_configurations"] = [
        side for side in SIDES if sides[side] and sides[side]["applied"]
    ]
    if not before and state_of(account):
        account["requirements"] = requirements("pending")


@endpoint("POST /v2/core/accounts/{id}/close")
def close(world: World, call: Call) -> JSON:
    """Close an account for good, once nothing is left on it."""
    account = find(world, call.path["id"])
    named = call.params.get("applied_configurations")
    if named is not None and set(named) != set(account["applied_configurations"]):
        message = "The applied_configurations must be those of the account."
        raise ApiError(
            message,
            code="configs_must_match_to_close",
            applied_configurations=account["applied_configurations"],
            user_message=message,
        )
    sums = money.balance_of(world, account["id"])
    if any([*sums["available"].values(), *sums["pending"].values()]):
        message = "The account still has a balance."
        raise ApiError(message, code="cannot_delete_account_with_balance", user_message=message)
    end(world, account)
    return shown(account, call.include)


def end(world: World, account: JSON) -> None:
    """Close an account and emit the event."""
    if account["closed"]:
        return
    account["closed"] = True
    world.store.put("account", account)
    emit_thin(world, "v2.core.account.closed", account)


@endpoint("GET /v2/core/accounts")
def index(world: World, call: Call) -> JSON:
    """List accounts, newest first."""
    closed = call.params.get("closed", False)
    wanted = set(call.params.get("applied_configurations") or [])
    rows = [
        shown(row, [])
        for row in world.store.newest_first("account")
        if row["closed"] == closed and (not wanted or wanted & set(row["applied_configurations"]))
    ]
    return page_v2(rows, call.params, url="/v2/core/accounts")


@endpoint("POST /v1/accounts/{account}/login_links")
def login_link(world: World, call: Call) -> JSON:
    """Give the way to the account's own small dashboard."""
    name = call.path["account"]
    account = world.find("account", name, owner=PLATFORM, param="account")
    if state_of(account) in {None, "pending"}:
        raise ApiError(
            "Cannot create a login link for an account that has not completed onboarding."
        )
    url = f"{world.settings.base}/express/{name}/{new_id('', 12)}"
    return {"object": "login_link", "created": world.clock.now(), "url": url}


def _first_generation(account: JSON) -> JSON:
    """Show an account as the first generation of the API sees it."""
    active = may_receive(account)
    return {
        "id": account["id"],
        "object": "account",
        "capabilities": {"transfers": "active" if active else "inactive"},
        "charges_enabled": False,
        "country": (account["identity"].get("country") or "fr").upper(),
        "default_currency": account["defaults"].get("currency") or "eur",
        "details_submitted": active,
        "email": account["contact_email"],
        "metadata": dict(account["metadata"]),
        "payouts_enabled": payouts_of(account) == "active" and not account["closed"],
        "type": "none",
    }


@included("transfer", "destination")
def _destination(store: Store, transfer: JSON) -> JSON:
    return _first_generation(store.must("account", transfer["destination"]))


@endpoint("GET /v1/accounts/{account}")
def first_generation(world: World, call: Call) -> JSON:
    """Return an account of the platform in the form of the v1 API."""
    name = call.path["account"]
    return _first_generation(world.find("account", name, owner=PLATFORM, param="account"))


@endpoint("GET /v1/account")
def own(world: World, call: Call) -> JSON:
    """Return the account of the caller's key."""
    if call.owner != PLATFORM:
        return _first_generation(world.store.must("account", call.owner))
    return {
        "id": PLATFORM,
        "object": "account",
        "charges_enabled": True,
        "country": "FR",
        "default_currency": "eur",
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
    }
