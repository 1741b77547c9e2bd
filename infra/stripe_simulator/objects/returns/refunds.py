"""Refunds: money that goes back to the card it came from."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError, missing_parameter
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.metadata import fresh, merged, previous
from infra.stripe_simulator.objects.returns import disputes, refund_life
from infra.stripe_simulator.paging import in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.store import new_id
from infra.stripe_simulator.world import Call, World


@endpoint("POST /v1/refunds")
def create(world: World, call: Call) -> JSON:
    """Refund all or a part of a charge."""
    charge = _charge(world, call)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["refunded"]:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = call.params.get("amount", left)
    if amount < 1:
        raise ParameterError(
            "Invalid positive integer", param="amount", code="parameter_invalid_integer"
        )
    if amount > left:
        raise ApiError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}) "
            "in cents.",
            param="amount",
        )
    refund = make(world, charge, amount, reason=call.params.get("reason"))
    refund["metadata"] = fresh(call.params)
    refund_life.begin(world, refund, charge)
    _mark(world, charge, amount)
    emit(world, "refund.created", refund)
    disputes.refunded(world, charge)
    return refund


def _charge(world: World, call: Call) -> JSON:
    params = call.params
    if params.get("reverse_transfer") or params.get("refund_application_fee"):
        name = "reverse_transfer" if params.get("reverse_transfer") else "refund_application_fee"
        raise ApiError(
            f"{name} only works with a charge that was made with a destination.", param=name
        )
    if "charge" in params:
        charge = world.named("charge", params["charge"], owner=call.owner, param="charge")
    elif "payment_intent" in params:
        intent = world.named(
            "payment_intent", params["payment_intent"], owner=call.owner, param="payment_intent"
        )
        if intent["status"] != "succeeded":
            raise ApiError(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        charge = world.store.must("charge", intent["latest_charge"])
    else:
        raise missing_parameter("payment_intent")
    if not charge["paid"]:
        raise ApiError(f"Charge {charge['id']} was not paid.", param="charge")
    disputes.check_refundable(world, charge)
    return charge


def make(world: World, charge: JSON, amount: int, *, reason: str | None) -> JSON:
    """Book a refund on the balance of the charge."""
    own = charge["id"].startswith("py_")
    refund: JSON = {
        "id": new_id("pyr_1" if own else "re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.clock.now(),
        "currency": charge["currency"],
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    if (charge["payment_method_details"] or {}).get("type") == "card":
        refund["destination_details"] = {
            "card": {"reference_status": "pending", "reference_type": "acquirer_reference_number",
                     "type": "refund"},
            "type": "card",
        }  # fmt: skip
    paid_in = charge["balance_transaction"]
    settled = world.store.must("balance_transaction", paid_in)["available_on"] if paid_in else None
    transaction = money.book(
        world,
        "payment_refund" if own else "refund",
        -amount,
        owner=charge["_owner"],
        currency=charge["currency"],
        source=refund["id"],
        available_on=settled,
        description=f"REFUND FOR CHARGE ({charge['description'] or charge['id']})",
    )
    refund["balance_transaction"] = transaction["id"]
    charge["_refunds"] = [*charge.get("_refunds", []), refund["id"]]
    return world.add("refund", refund, owner=charge["_owner"])


def _mark(world: World, charge: JSON, amount: int) -> None:
    before = {"amount_refunded": charge["amount_refunded"]}
    charge["amount_refunded"] += amount
    if charge["amount_refunded"] == charge["amount_captured"]:
        charge["refunded"] = True
        before["refunded"] = False
    world.store.put("charge", charge)
    emit(world, "charge.refunded", charge, previous=before)


@endpoint("GET /v1/refunds/{refund}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a refund."""
    return world.find("refund", call.path["refund"], owner=call.owner, param="refund")


@endpoint("POST /v1/refunds/{refund}")
def update(world: World, call: Call) -> JSON:
    """Change the metadata of a refund."""
    refund = retrieve(world, call)
    changes = {"metadata": merged(refund, call.params)}
    before = previous(refund, changes)
    refund |= changes
    world.store.put("refund", refund)
    if before:
        emit(world, "refund.updated", refund, previous=before)
    return refund


@endpoint("POST /v1/refunds/{refund}/cancel")
def cancel(world: World, call: Call) -> JSON:
    """Call a refund off that still waits for the buyer."""
    refund = retrieve(world, call)
    if refund["status"] != "requires_action":
        raise ApiError(
            "You can only cancel a refund while it requires the customer's action; this one is "
            f"{refund['status']}.",
            param="refund",
        )
    refund_life.bring_to(world, refund, "canceled")
    return refund


@endpoint("GET /v1/refunds")
def index(world: World, call: Call) -> JSON:
    """List refunds, newest first."""
    filters, period = same(call.params, "charge", "payment_intent"), in_period(call.params)
    return page(
        world.store,
        "refund",
        call.params,
        url="/v1/refunds",
        keep=lambda row: row["_owner"] == call.owner and filters(row) and period(row),
    )


@endpoint("GET /v1/charges/{charge}/refunds")
def of_charge(world: World, call: Call) -> JSON:
    """Return the refunds of a charge, at the list URL shown in the charge object."""
    name = call.path["charge"]
    world.find("charge", name, owner=call.owner, param="charge")
    return page(
        world.store,
        "refund",
        call.params | {"charge": name},
        url=f"/v1/charges/{name}/refunds",
        keep=lambda row: row["_owner"] == call.owner and row["charge"] == name,
    )
