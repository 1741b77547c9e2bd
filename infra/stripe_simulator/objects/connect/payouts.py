"""Payouts: a balance's money on its way to a bank, and back when the bank does not take it."""

import datetime as dt

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import balance_settings, money
from infra.stripe_simulator.objects.connect import banks
from infra.stripe_simulator.objects.metadata import fresh, merged, previous
from infra.stripe_simulator.paging import in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World, falls_due

A_DAY = 24 * 3600
AN_HOUR = 3600
FRIDAY = 4
MESSAGES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "bank_account_restricted": "The bank account has restrictions on either the type or the "
    "number of payouts allowed.",
    "could_not_process": "The bank could not process this payout.",
    "declined": "The bank has declined this payout.",
    "incorrect_account_holder_name": "The account holder's name is not that of the account.",
    "invalid_account_number": "The account number is not valid.",
    "no_account": "The bank account details on file are probably incorrect.",
}
ALIVE = {"pending", "in_transit", "paid"}


def _arrival(now: int) -> int:
    """Give the midnight at which the bank has it: the next working day's."""
    day = dt.datetime.fromtimestamp(now, dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day += dt.timedelta(days=1)
    while day.weekday() > FRIDAY:
        day += dt.timedelta(days=1)
    return int(day.timestamp())


def start(
    world: World,
    owner: str,
    *,
    amount: int,
    currency: str,
    automatic: bool,
    params: JSON | None = None,
) -> JSON:
    """Send money to a bank; a negative amount is taken from the bank."""
    record = _blank(world, owner, params or {}) | {
        "amount": amount,
        "automatic": automatic,
        "currency": currency,
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
    }
    if automatic:
        record["description"] = "STRIPE PAYOUT"
    move = _book(world, record | {"_owner": owner}, "payout", cents=-amount)
    record["balance_transaction"] = move["id"]
    if automatic:
        move["_payout"] = record["id"]
    world.add("payout", record, owner=owner)
    world.later("payout_leaves", record["created"] + AN_HOUR, payout=record["id"])
    world.later("payout_arrives", record["arrival_date"], payout=record["id"])
    emit(world, "payout.created", record)
    return record


def _blank(world: World, owner: str, given: JSON) -> JSON:
    now = world.clock.now()
    usual = balance_settings.of(world, owner)["payments"]["payouts"]["statement_descriptor"]
    return {
        "id": new_id("po_1"),
        "object": "payout",
        "amount": 0,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": _arrival(now),
        "automatic": False,
        "balance_transaction": None,
        "created": now,
        "currency": "eur",
        "description": given.get("description"),
        "destination": banks.of(world, owner)["id"],
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": fresh(given),
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": given.get("statement_descriptor") or usual,
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }


def _book(world: World, record: JSON, kind: str, *, cents: int) -> JSON:
    return money.book(
        world,
        kind,
        cents,
        owner=record["_owner"],
        currency=record["currency"],
        source=record["id"],
        description=record["description"],
    )


def go_on(world: World, record: JSON, status: str) -> None:
    """Let a payout take its next step towards the bank."""
    steps = {"in_transit": "pending", "paid": "in_transit"}
    before = record["status"]
    if status == "paid" and before == "pending":
        go_on(world, record, "in_transit")
        before = "in_transit"
    if before != steps.get(status):
        raise ApiError(f"This payout is {before}; it cannot become {status}.", param="status")
    record["status"] = status
    if status == "in_transit":
        record["trace_id"] = {"status": "supported", "value": new_id("", 16).upper()}
    world.store.put("payout", record)
    word = "paid" if status == "paid" else "updated"
    emit(world, f"payout.{word}", record, previous={"status": before})
    if status == "in_transit":
        _reconcile(world, record)


def _reconcile(world: World, record: JSON) -> None:
    """Set the transactions of an automatic payout as ready to list."""
    if record["reconciliation_status"] != "in_progress":
        return
    record["reconciliation_status"] = "completed"
    world.store.put("payout", record)
    emit(world, "payout.reconciliation_completed", record)


def fail(world: World, record: JSON, code: str = "could_not_process") -> None:
    """Let the bank send a payout back, even after it seemed to have arrived."""
    if code not in MESSAGES:
        raise ParameterError(f"code must be one of {', '.join(MESSAGES)}", param="code")
    if record["status"] not in ALIVE:
        raise ApiError(f"This payout is already {record['status']}.", param="status")
    _undo(world, record, "payout_failure", status="failed")
    record |= {"failure_code": code, "failure_message": MESSAGES[code]}
    emit(world, "payout.failed", record)
    banks.mark(world, record["_owner"], "errored")


def cancel(world: World, record: JSON) -> None:
    """Take a payout back before it has left."""
    if record["status"] != "pending":
        raise ApiError(f"Payouts can only be canceled while pending; this is {record['status']}.")
    _undo(world, record, "payout_cancel", status="canceled")
    emit(world, "payout.canceled", record)


def _undo(world: World, record: JSON, kind: str, *, status: str) -> None:
    move = _book(world, record, kind, cents=record["amount"])
    record |= {"status": status, "failure_balance_transaction": move["id"]}
    world.store.put("payout", record)


@falls_due("payout_leaves")
def _leaves(world: World, details: JSON) -> None:
    record = world.store.must("payout", details["payout"])
    if record["status"] == "pending":
        go_on(world, record, "in_transit")


@falls_due("payout_arrives")
def _arrives(world: World, details: JSON) -> None:
    record = world.store.must("payout", details["payout"])
    if record["status"] in {"pending", "in_transit"}:
        go_on(world, record, "paid")


@endpoint("POST /v1/payouts")
def create(world: World, call: Call) -> JSON:
    """Create a manual payout of a part of the available balance."""
    params, currency = call.params, call.params["currency"].lower()
    _check(world, call)
    if params["amount"] > money.available_cents(world, call.owner, currency):
        raise ApiError(
            "You have insufficient funds in your Stripe account. One likely reason you have "
            "insufficient funds is that your funds are automatically being paid out; try enabling "
            "manual payouts by going to https://dashboard.stripe.com/account/payouts.",
            code="balance_insufficient",
        )
    return start(
        world,
        call.owner,
        amount=params["amount"],
        currency=currency,
        automatic=False,
        params=params,
    )


def _check(world: World, call: Call) -> None:
    params = call.params
    if params["amount"] < 1:
        raise ParameterError(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    if params["currency"].lower() != "eur":
        raise ApiError(
            f"Sorry, you don't have any external accounts in that currency ({params['currency']}).",
            param="currency",
        )
    _check_way(world, call)
    if not balance_settings.can_pay_out(world, call.owner):
        raise ApiError(
            "Cannot create payouts: this account has requirements that need to be collected.",
            code="payouts_not_allowed",
        )


def _check_way(world: World, call: Call) -> None:
    params = call.params
    if params.get("method", "standard") != "standard":
        raise ApiError("The simulator only plays standard payouts.", param="method")
    if params.get("payout_method"):
        raise ApiError("The simulator has no financial accounts.", param="payout_method")
    bank = banks.of(world, call.owner)
    if params.get("destination", bank["id"]) != bank["id"]:
        raise ApiError(
            f"No such external account: '{params['destination']}'",
            code="resource_missing",
            param="destination",
        )


@endpoint("GET /v1/payouts/{payout}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a payout."""
    return world.find("payout", call.path["payout"], owner=call.owner, param="payout")


@endpoint("POST /v1/payouts/{payout}")
def update(world: World, call: Call) -> JSON:
    """Change the metadata of a payout."""
    record = retrieve(world, call)
    changes = {"metadata": merged(record, call.params)}
    before = previous(record, changes)
    record |= changes
    world.store.put("payout", record)
    if before:
        emit(world, "payout.updated", record, previous=before)
    return record


@endpoint("POST /v1/payouts/{payout}/cancel")
def cancel_by_hand(world: World, call: Call) -> JSON:
    """Take back a payout that was made by hand and has not left yet."""
    record = retrieve(world, call)
    if record["automatic"]:
        raise ApiError("Automatic payouts cannot be canceled.", param="payout")
    cancel(world, record)
    return record


@endpoint("GET /v1/payouts")
def index(world: World, call: Call) -> JSON:
    """List payouts, newest first."""
    filters = same(call.params, "destination", "status")
    made, arrived = in_period(call.params), in_period(call.params, "arrival_date")
    return page(
        world.store,
        "payout",
        call.params,
        url="/v1/payouts",
        keep=lambda row: (
            row["_owner"] == call.owner and filters(row) and made(row) and arrived(row)
        ),
    )
