"""Transfers: the platform's money on its way to an account."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError, missing_parameter
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.connect.accounts import may_receive
from infra.stripe_simulator.objects.metadata import fresh, merged, previous
from infra.stripe_simulator.objects.payments import charges
from infra.stripe_simulator.paging import envelope, in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World


@endpoint("POST /v1/transfers")
def create(world: World, call: Call) -> JSON:
    """Transfer money to an account, from a charge or from the available balance."""
    params = call.params
    charge = _charge(world, call)
    amount = _amount(params, charge)
    account = _destination(world, call)
    group = _group(params, charge)
    _check_funds(world, call, amount, charge=charge)
    transfer: JSON = {
        "id": new_id("tr_1" if charge is None else "tr_3"),
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": world.clock.now(),
        "currency": params["currency"].lower(),
        "description": params.get("description"),
        "destination": account["id"],
        "destination_payment": None,
        "livemode": False,
        "metadata": fresh(params),
        "reversals": None,
        "reversed": False,
        "source_transaction": charge["id"] if charge else None,
        "source_type": "card",
        "transfer_group": group,
    }
    transfer["reversals"] = envelope([], url=f"/v1/transfers/{transfer['id']}/reversals")
    _book(world, transfer, owner=call.owner, charge=charge)
    world.add("transfer", transfer, owner=call.owner)
    emit(world, "transfer.created", transfer)
    return transfer


def _charge(world: World, call: Call) -> JSON | None:
    named = call.params.get("source_transaction")
    if named is None:
        return None
    param = "source_transaction"
    charge = world.named("charge", named, owner=call.owner, param=param)
    if not charge["paid"]:
        raise ApiError(f"The charge {named} was not paid.", param=param)
    if charge["currency"] != call.params["currency"].lower():
        raise ApiError("The currency must be that of the charge's balance.", param="currency")
    return charge


def _amount(params: JSON, charge: JSON | None) -> int:
    if "amount" not in params:
        if charge is None:
            raise missing_parameter("amount")
        return int(charge["amount"])
    amount: int = params["amount"]
    if amount < 1:
        raise ParameterError(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    return amount


def _destination(world: World, call: Call) -> JSON:
    named = call.params["destination"]
    account = world.store.get("account", named)
    if account is None:
        raise ApiError(
            f"No such destination: '{named}'", code="resource_missing", param="destination"
        )
    if not may_receive(account):
        raise ApiError(
            "Your destination account needs to have at least one of the following capabilities "
            "enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
            param="destination",
        )
    return account


def _group(params: JSON, charge: JSON | None) -> str | None:
    group: str | None = params.get("transfer_group")
    if charge is None:
        return group
    if group and charge["transfer_group"] not in {None, group}:
        raise ApiError(
            f"The transfer_group must be that of the charge, {charge['transfer_group']}.",
            param="transfer_group",
        )
    return str(charge["transfer_group"] or group or f"group_{charge['id']}")


def _check_funds(world: World, call: Call, amount: int, *, charge: JSON | None) -> None:
    if charge is not None:
        rows = (world.store.must("transfer", name) for name in charge.get("_transfers", ()))
        sent = sum(row["amount"] - row["amount_reversed"] for row in rows)
        if sent + amount > charge["amount"]:
            raise ApiError(_beyond(charge, sent))
        return
    if amount > money.available_cents(world, call.owner, call.params["currency"].lower()):
        raise ApiError(
            "You have insufficient available funds in your Stripe account. Try adding funds "
            "directly to your available balance by creating Charges using the "
            "4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance",
            code="balance_insufficient",
        )


def _beyond(charge: JSON, sent: int) -> str:
    """Return Stripe's message for a transfer beyond its charge; Stripe has no code for it."""

    def money(cents: int) -> str:
        sign = "€" if charge["currency"] == "eur" else f"{charge['currency'].upper()} "
        return f"{sign}{cents // 100:,}.{cents % 100:02d}"

    limit = (
        "Transfers using this transaction as a source must not exceed the source amount of "
        f"{money(charge['amount'])}."
    )
    if not sent:
        return limit
    return f"{limit} (There is already a transfer using this source, amounting to {money(sent)}.)"


def _book(world: World, transfer: JSON, *, owner: str, charge: JSON | None) -> None:
    settled = None
    if charge is not None:
        charge["transfer_group"] = transfer["transfer_group"]
        charge["_transfers"] = [*charge.get("_transfers", []), transfer["id"]]
        world.store.put("charge", charge)
    if charge is not None and charge["balance_transaction"]:
        paid_in = world.store.must("balance_transaction", charge["balance_transaction"])
        settled = paid_in["available_on"]
    out = money.book(
        world,
        "transfer",
        -transfer["amount"],
        owner=owner,
        currency=transfer["currency"],
        source=transfer["id"],
        available_on=settled,
        description=transfer["description"],
    )
    transfer["balance_transaction"] = out["id"]
    transfer["destination_payment"] = _received(world, transfer, settled)["id"]


def _received(world: World, transfer: JSON, settled: int | None) -> JSON:
    """Show the transfer on the account's own books, as a payment."""
    payment = charges.blank(world, transfer["amount"], transfer["currency"])
    payment |= {
        "id": new_id("py_1"),
        "amount_captured": transfer["amount"],
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "source_transfer": transfer["id"],
        "calculated_statement_descriptor": None,
    }
    coming = money.book(
        world,
        "payment",
        transfer["amount"],
        owner=transfer["destination"],
        currency=transfer["currency"],
        source=payment["id"],
        available_on=settled,
    )
    payment["balance_transaction"] = coming["id"]
    world.add("charge", payment, owner=transfer["destination"])
    emit(world, "charge.succeeded", payment)
    return payment


@endpoint("GET /v1/transfers/{transfer}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a transfer."""
    return world.find("transfer", call.path["transfer"], owner=call.owner, param="transfer")


@endpoint("POST /v1/transfers/{transfer}")
def update(world: World, call: Call) -> JSON:
    """Change the metadata and the description of a transfer."""
    transfer = retrieve(world, call)
    changes: JSON = {"metadata": merged(transfer, call.params)}
    if "description" in call.params:
        changes["description"] = call.params["description"] or None
    before = previous(transfer, changes)
    transfer |= changes
    world.store.put("transfer", transfer)
    if before:
        emit(world, "transfer.updated", transfer, previous=before)
    return transfer


@endpoint("GET /v1/transfers")
def index(world: World, call: Call) -> JSON:
    """List transfers, newest first."""
    filters, period = same(call.params, "destination", "transfer_group"), in_period(call.params)
    return page(
        world.store,
        "transfer",
        call.params,
        url="/v1/transfers",
        keep=lambda row: row["_owner"] == call.owner and filters(row) and period(row),
    )
