"""Disputes: a buyer's bank takes a payment back, asks why, and decides."""

from infra.stripe_simulator.errors import JSON, ApiError, ParameterError
from infra.stripe_simulator.events import emit
from infra.stripe_simulator.expand import public
from infra.stripe_simulator.objects import money
from infra.stripe_simulator.objects.metadata import merged, previous
from infra.stripe_simulator.objects.returns import dispute_shape
from infra.stripe_simulator.paging import in_period, page, same
from infra.stripe_simulator.routes import endpoint
from infra.stripe_simulator.world import Call, World, falls_due

FEE_CENTS = 2000
OVER = {"won", "lost", "warning_closed", "prevented"}
ANSWERABLE = {
    "needs_response": "under_review",
    "warning_needs_response": "warning_under_review",
    "appeal_needs_response": "appeal_under_review",
}
# The permitted next statuses of each status.
FOLLOWS = {
    "warning_needs_response": {
        "warning_under_review",
        "warning_closed",
        "needs_response",
        "prevented",
    },
    "warning_under_review": {"warning_closed", "needs_response"},
    "needs_response": {"under_review", "won", "lost", "prevented"},
    "under_review": {"won", "lost"},
    "lost": {"appeal_needs_response"},
    "appeal_needs_response": {"appeal_under_review", "won", "lost"},
    "appeal_under_review": {"won", "lost"},
}
# Words that Stripe's test mode understands as the bank's answer to an evidence.
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}


def left_cents(charge: JSON) -> int:
    """Return the cents of a charge that a buyer may still dispute."""
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    return left


def open_dispute(
    world: World,
    charge: JSON,
    *,
    amount: int | None = None,
    reason: str = "fraudulent",
    inquiry: bool = False,
) -> JSON:
    """Let a buyer's bank dispute a charge; a mere inquiry takes no money yet."""
    amount = left_cents(charge) if amount is None else amount
    _check(world, charge, amount, reason=reason)
    now = world.clock.now()
    record = dispute_shape.blank(charge, amount, reason=reason, inquiry=inquiry, now=now)
    world.add("dispute", record, owner=charge["_owner"])
    charge["disputed"] = True
    charge["_disputes"] = [*charge.get("_disputes", []), record["id"]]
    world.store.put("charge", charge)
    world.later("dispute_due", record["evidence_details"]["due_by"] + 1, dispute=record["id"])
    emit(world, "charge.dispute.created", record)
    if not inquiry:
        _withdraw(world, record)
    return record


def open_lost(
    world: World,
    charge: JSON,
    reason: str = "debit_not_authorized",
    *,
    amount: int | None = None,
) -> JSON:
    """Let a bank take a payment back for good, as it does with a direct debit."""
    record = open_dispute(world, charge, amount=amount, reason=reason)
    decide(world, record, "lost")
    return record


def live_of(world: World, charge: JSON) -> JSON | None:
    """Return the dispute that blocks a refund, if any."""
    for name in reversed(charge.get("_disputes", [])):
        record = world.store.must("dispute", name)
        if record["status"] not in {"won", "warning_closed", "prevented"}:
            return record
    return None


def check_refundable(world: World, charge: JSON) -> None:
    """Raise ApiError if the buyer's bank has already charged the amount back."""
    record = live_of(world, charge)
    if record is not None and not record["is_charge_refundable"]:
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )


def refunded(world: World, charge: JSON) -> None:
    """Close an inquiry about a fully refunded charge."""
    record = live_of(world, charge)
    if record is not None and charge["refunded"] and record["is_charge_refundable"]:
        decide(world, record, "warning_closed")


def _check(world: World, charge: JSON, amount: int, *, reason: str) -> None:
    if reason not in dispute_shape.REASONS:
        known = ", ".join(dispute_shape.REASONS)
        raise ParameterError(f"reason must be one of {known}", param="reason")
    if not charge["paid"]:
        raise ApiError(f"Charge {charge['id']} was not paid.", param="charge")
    if live_of(world, charge) is not None:
        raise ApiError(f"Charge {charge['id']} is already disputed.", param="charge")
    if not 1 <= amount <= left_cents(charge):
        raise ApiError(
            f"The bank can dispute between 1 and {left_cents(charge)} cents of this charge.",
            param="amount",
        )


def decide(world: World, record: JSON, status: str, *, give_back_fee: bool = False) -> None:
    """Bring a dispute to its next status, with the money that moves by it and its events."""
    before = record["status"]
    if status not in FOLLOWS.get(before, ()):
        known = ", ".join(sorted(FOLLOWS.get(before, ()))) or "nothing"
        raise ApiError(f"After {before} comes {known}, not {status}.", param="status")
    record["status"] = status
    record["is_charge_refundable"] = status in {"warning_under_review", "warning_closed", "won"}
    world.store.put("dispute", record)
    if status == "needs_response":
        _escalate(world, record)
    elif status in {"won", "prevented"} and _withdrawn_cents(record):
        _reinstate(world, record, give_back_fee=give_back_fee or status == "prevented")
    elif status == "appeal_needs_response":
        _await_answer(world, record)
    emit(world, "charge.dispute.updated", record, previous={"status": before})
    if status in OVER:
        emit(world, "charge.dispute.closed", record)


def _escalate(world: World, record: JSON) -> None:
    """Turn an inquiry into a real dispute."""
    if "payment_method_details" in record:
        record["payment_method_details"]["card"]["case_type"] = "chargeback"
    _await_answer(world, record)
    _withdraw(world, record)


def _await_answer(world: World, record: JSON) -> None:
    due = dispute_shape.due_by(world.clock.now())
    record["evidence_details"] |= {"due_by": due, "past_due": False}
    world.store.put("dispute", record)
    world.later("dispute_due", due + 1, dispute=record["id"])


def _withdrawn_cents(record: JSON) -> int:
    taken: int = -sum(row["amount"] for row in record["balance_transactions"])
    return taken


def _withdraw(world: World, record: JSON) -> None:
    _book(world, record, -record["amount"], fee=FEE_CENTS, word="withdrawal")
    emit(world, "charge.dispute.funds_withdrawn", record)


def _reinstate(world: World, record: JSON, *, give_back_fee: bool) -> None:
    fee = -FEE_CENTS if give_back_fee else 0
    _book(world, record, _withdrawn_cents(record), fee=fee, word="reversal")
    emit(world, "charge.dispute.funds_reinstated", record)


def _book(world: World, record: JSON, cents: int, *, fee: int, word: str) -> None:
    move = money.book(
        world,
        "adjustment",
        cents,
        owner=record["_owner"],
        currency=record["currency"],
        source=record["id"],
        fee=fee,
        description=f"Chargeback {word} for {record['charge']}",
        category="dispute" if cents < 0 else "dispute_reversal",
    )
    record["balance_transactions"] = [*record["balance_transactions"], public(move)]
    world.store.put("dispute", record)


@falls_due("dispute_comes")
def _dispute_comes(world: World, details: JSON) -> None:
    """Open the dispute that a test card announced."""
    charge = world.store.must("charge", details["charge"])
    if left_cents(charge) and live_of(world, charge) is None:
        inquiry = details["kind"] == "inquiry"
        open_dispute(world, charge, reason=details["reason"], inquiry=inquiry)


@falls_due("dispute_due")
def _dispute_due(world: World, details: JSON) -> None:
    """Close a dispute without an answer in time."""
    record = world.store.must("dispute", details["dispute"])
    due: int = record["evidence_details"]["due_by"]
    if record["status"] not in ANSWERABLE or due >= world.clock.now():
        return
    record["evidence_details"]["past_due"] = True
    warning = record["status"] == "warning_needs_response"
    decide(world, record, "warning_closed" if warning else "lost")


def _find(world: World, call: Call) -> JSON:
    return world.find("dispute", call.path["dispute"], owner=call.owner, param="dispute")


@endpoint("GET /v1/disputes/{dispute}")
def retrieve(world: World, call: Call) -> JSON:
    """Show a dispute."""
    return _find(world, call)


@endpoint("POST /v1/disputes/{dispute}")
def update(world: World, call: Call) -> JSON:
    """Keep evidence on a dispute and, unless told otherwise, send it to the bank."""
    record, params = _find(world, call), call.params
    evidence = params.get("evidence") or {}
    if (evidence or params.get("submit")) and record["status"] not in ANSWERABLE:
        raise ApiError(
            f"This dispute is {record['status']}; evidence can no longer be submitted.",
            param="evidence",
        )
    changes: JSON = {"metadata": merged(record, params)}
    if evidence:
        changes["evidence"] = record["evidence"] | _cleared(evidence)
    before = previous(record, changes)
    record |= changes
    record["evidence_details"]["has_evidence"] = _has_evidence(record)
    world.store.put("dispute", record)
    if params.get("submit", bool(evidence)):
        _submit(world, record)
    elif before:
        emit(world, "charge.dispute.updated", record, previous=before)
    return record


def _cleared(evidence: JSON) -> JSON:
    out = {name: value or None for name, value in evidence.items()}
    return out | ({"enhanced_evidence": {}} if "enhanced_evidence" in out else {})


def _has_evidence(record: JSON) -> bool:
    return any(value for name, value in record["evidence"].items() if name != "enhanced_evidence")


def _submit(world: World, record: JSON) -> None:
    details = record["evidence_details"]
    details["submission_count"] += 1
    details["submission_method"] = "manual"
    text = str(record["evidence"]["uncategorized_text"] or "")
    warning = record["status"].startswith("warning")
    decide(world, record, ANSWERABLE[record["status"]])
    if warning:
        verdict = "needs_response" if text == "escalate_inquiry_evidence" else "warning_closed"
        answered = text in VERDICTS or verdict == "needs_response"
    else:
        verdict, answered = VERDICTS.get(text, ""), text in VERDICTS
    if answered:
        decide(world, record, verdict)


@endpoint("POST /v1/disputes/{dispute}/close")
def close(world: World, call: Call) -> JSON:
    """Give a dispute up: it is lost."""
    record = _find(world, call)
    if record["status"] not in ANSWERABLE:
        raise ApiError("This dispute is already closed.", param="dispute")
    warning = record["status"].startswith("warning")
    decide(world, record, "warning_closed" if warning else "lost")
    return record


@endpoint("GET /v1/disputes")
def index(world: World, call: Call) -> JSON:
    """List disputes, newest first."""
    filters, period = same(call.params, "charge", "payment_intent"), in_period(call.params)
    return page(
        world.store,
        "dispute",
        call.params,
        url="/v1/disputes",
        keep=lambda row: row["_owner"] == call.owner and filters(row) and period(row),
    )
