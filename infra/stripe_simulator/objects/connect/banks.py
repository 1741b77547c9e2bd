"""Bank accounts for payouts: a bank account of the platform and of each account."""

import secrets

from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects.metadata import merged, previous
from infra.stripe_simulator.paging import envelope, limit_of
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import PLATFORM, new_id
from infra.stripe_simulator.world import Call, World

STATUSES = ("new", "validated", "verified", "verification_failed", "errored")
CHANGEABLE = ("account_holder_name", "account_holder_type")


def _blank(world: World, owner: str) -> JSON:
    account = world.store.get("account", owner) or {}
    return {
        "id": new_id("ba_1"),
        "object": "bank_account",
        "account": owner,
        "account_holder_name": account.get("display_name") or None,
        "account_holder_type": "company",
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": "FR",
        "currency": "eur",
        "default_for_currency": True,
        "fingerprint": new_id("", 16),
        "future_requirements": _no_requirements(),
        "last4": f"{secrets.randbelow(10_000):04}",
        "metadata": {},
        "requirements": _no_requirements(),
        "routing_number": "110000000",
        "status": "new",
    }


def _no_requirements() -> JSON:
    lists = ("currently_due", "errors", "past_due", "pending_verification")
    return {name: [] for name in lists}


def of(world: World, owner: str) -> JSON:
    """Return the bank account of a balance; it is created at its first use."""
    pointer = world.store.get("bank_of", f"bank:{owner}")
    if pointer is not None:
        return world.store.must("bank_account", pointer["bank"])
    return _store_bank(world, owner)


def _store_bank(world: World, owner: str) -> JSON:
    record = world.add("bank_account", _blank(world, owner), owner=owner)
    world.store.put("bank_of", {"id": f"bank:{owner}", "bank": record["id"]})
    return record


def replace(world: World, owner: str) -> JSON:
    """Let the owner of a balance name another bank account."""
    old = world.store.get("bank_of", f"bank:{owner}")
    if old is not None:
        gone = world.store.must("bank_account", old["bank"])
        gone["default_for_currency"] = False
        world.store.put("bank_account", gone)
    record = _store_bank(world, owner)
    emit(world, "account.external_account.created", record)
    emit(world, "account.external_account.updated", record, previous={})
    return record


def mark(world: World, owner: str, status: str) -> JSON:
    """Set the status of a bank account, and emit the event."""
    record = of(world, owner)
    before = {"status": record["status"]}
    record["status"] = status
    world.store.put("bank_account", record)
    emit(world, "account.external_account.updated", record, previous=before)
    return record


def _owner(world: World, call: Call) -> str:
    name = call.path["account"]
    if name != PLATFORM:
        world.find("account", name, owner=PLATFORM, param="account")
    return name


@endpoint("GET /v1/accounts/{account}/external_accounts")
def index(world: World, call: Call) -> JSON:
    """List where an account's money is paid out to."""
    owner = _owner(world, call)
    current = of(world, owner)
    older = [
        row
        for row in world.store.newest_first("bank_account")
        if row["_owner"] == owner and row is not current
    ]
    rows = [] if call.params.get("object") == "card" else [current, *older]
    limit = limit_of(call.params)
    url = f"/v1/accounts/{owner}/external_accounts"
    return envelope(rows[:limit], url=url, has_more=len(rows) > limit)


@endpoint("GET /v1/accounts/{account}/external_accounts/{id}")
def retrieve(world: World, call: Call) -> JSON:
    """Return a bank account of an account."""
    owner = _owner(world, call)
    of(world, owner)
    return world.find("bank_account", call.path["id"], owner=owner, param="id")


@endpoint("POST /v1/accounts/{account}/external_accounts/{id}")
def update(world: World, call: Call) -> JSON:
    """Change the details of a bank account."""
    record, params = retrieve(world, call), call.params
    if params.get("default_for_currency") is False:
        raise ApiError(
            "You cannot unset the default bank account; set another one as default.",
            param="default_for_currency",
        )
    changes: JSON = {name: params[name] or None for name in CHANGEABLE if name in params}
    changes["metadata"] = merged(record, params)
    before = previous(record, changes)
    record |= changes
    world.store.put("bank_account", record)
    if before:
        emit(world, "account.external_account.updated", record, previous=before)
    return record
