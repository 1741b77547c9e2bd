"""Reversals: transferred money that comes back from an account."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.metadata import fresh, merged, previous
from infra.stripe_simulator.objects.returns import refunds
from infra.stripe_simulator.paging import page
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World


@endpoint("POST /v1/transfers/{id}/reversals")
def create(world: World, call: Call) -> JSON:
    """Take back all or a part of a transfer, as far as the account still has it."""
    return take_back(world, _transfer(world, call, "id"), call.params)


def take_back(world: World, transfer: JSON, params: JSON, *, forced: bool = False) -> JSON:
    """Bring transferred money back; forced, the account's balance may fall below zero."""
    amount = _amount(params, transfer)
    coming = _booked(world, transfer)
    if not forced:
        _check_account(world, transfer)
        _check_funds(world, transfer, amount, coming=coming)
    refund = _given_back(world, transfer, amount)
    reversal: JSON = {
        "id": new_id("trr_1"),
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": world.clock.now(),
        "currency": transfer["currency"],
        "destination_payment_refund": refund["id"],
        "metadata": fresh(params),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    transaction = money.book(
        world,
        "transfer_refund",
        amount,
        owner=transfer["_owner"],
        currency=transfer["currency"],
        source=reversal["id"],
        available_on=coming["available_on"],
        description=params.get("description"),
    )
    reversal["balance_transaction"] = transaction["id"]
    refund["source_transfer_reversal"] = reversal["id"]
    world.add("transfer_reversal", reversal, owner=transfer["_owner"])
    _mark(world, transfer, reversal)
    return reversal


def _amount(params: JSON, transfer: JSON) -> int:
    left = transfer["amount"] - transfer["amount_reversed"]
    amount: int = params.get("amount", left)
    if not left:
        raise ApiError(f"Transfer {transfer['id']} is already fully reversed.", param="amount")
    if amount < 1:
        raise ParameterError(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    if amount > left:
        raise ApiError(
            f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left}) "
            "in cents.",
            param="amount",
        )
    return amount


def _booked(world: World, transfer: JSON) -> JSON:
    payment = world.store.must("charge", transfer["destination_payment"])
    return world.store.must("balance_transaction", payment["balance_transaction"])


def _check_account(world: World, transfer: JSON) -> None:
    account = world.store.must("account", transfer["destination"])
    if account["closed"]:
        raise ApiError(
            f"The account {account['id']} has been closed; its transfers cannot be reversed.",
            code="account_closed",
        )


def _check_funds(world: World, transfer: JSON, amount: int, *, coming: JSON) -> None:
    """Raise ApiError unless the account has the amount, available or pending like the transfer."""
    account = transfer["destination"]
    part = coming["status"]
    if amount > money.balance_of(world, account)[part].get(transfer["currency"], 0):
        raise ApiError(
            "The recipient's account does not have enough available funds to reverse this "
            "transfer.",
            code="balance_insufficient",
        )


def _given_back(world: World, transfer: JSON, amount: int) -> JSON:
    payment = world.store.must("charge", transfer["destination_payment"])
    payment["amount_refunded"] += amount
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    world.store.put("charge", payment)
    return refunds.make(world, payment, amount, reason=None)


def _mark(world: World, transfer: JSON, reversal: JSON) -> None:
    before = {"amount_reversed": transfer["amount_reversed"], "reversed": transfer["reversed"]}
    transfer["amount_reversed"] += reversal["amount"]
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    rows = [public(reversal), *transfer["reversals"]["data"]]
    transfer["reversals"]["has_more"] |= len(rows) > 10  # noqa: PLR2004 - a page
    transfer["reversals"]["data"] = rows[:10]
    world.store.put("transfer", transfer)
    emit(world, "transfer.reversed", transfer, previous=before)


def _transfer(world: World, call: Call, name: str) -> JSON:
    return world.find("transfer", call.path[name], owner=call.owner, param=name)


@endpoint("GET /v1/transfers/{id}/reversals")
def index(world: World, call: Call) -> JSON:
    """List the reversals of a transfer, newest first."""
    transfer = _transfer(world, call, "id")
    return page(
        world.store,
        "transfer_reversal",
        call.params | {"transfer": transfer["id"]},
        url=f"/v1/transfers/{transfer['id']}/reversals",
        keep=lambda row: row["transfer"] == transfer["id"],
    )


@endpoint("GET /v1/transfers/{transfer}/reversals/{id}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a reversal."""
    transfer = _transfer(world, call, "transfer")
    reversal = world.find("transfer_reversal", call.path["id"], owner=call.owner, param="id")
    if reversal["transfer"] != transfer["id"]:
        raise ApiError(
            f"No such transfer reversal: '{call.path['id']}'",
            status=404,
            code="resource_missing",
            param="id",
        )
    return reversal


@endpoint("POST /v1/transfers/{transfer}/reversals/{id}")
def update(world: World, call: Call) -> JSON:
    """Change the metadata of a reversal."""
    reversal = retrieve(world, call)
    changes = {"metadata": merged(reversal, call.params)}
    before = previous(reversal, changes)
    reversal |= changes
    transfer = world.store.must("transfer", reversal["transfer"])
    listed = transfer["reversals"]["data"]
    transfer["reversals"]["data"] = [
        public(reversal) if row["id"] == reversal["id"] else row for row in listed
    ]
    world.store.put("transfer_reversal", reversal)
    world.store.put("transfer", transfer)
    if before:
        emit(world, "transfer.updated", transfer, previous={})
    return reversal
