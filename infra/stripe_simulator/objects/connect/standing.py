"""The state of an account at Stripe: its capabilities, and its open requirements."""

from infra.stripe_simulator.clock import iso
from infra.stripe_simulator.errors import JSON, ApiError
from infra.stripe_simulator.events import emit_thin
from infra.stripe_simulator.world import World, falls_due

STATES = {"pending", "active", "restricted", "rejected", "unsupported"}
PAYOUT_STATES = {"active", "pending", "restricted"}
TRANSFERS = "stripe_balance.stripe_transfers"
PAYOUTS = "stripe_balance.payouts"
ACCOUNT = "v2.core.account"
SIDE = f"{ACCOUNT}[configuration.recipient]"
A_DAY = 24 * 3600
ONBOARDING_DAYS = 30
DOCUMENT = "identity.business_details.documents.proof_of_registration"
NOT_READABLE: JSON = {
    "code": "verification_document_not_readable",
    "description": "The document could not be read. Upload a sharper scan of it.",
}
REASONS: dict[str, list[JSON]] = {
    "pending": [{"code": "determining_status", "resolution": "provide_info"}],
    "active": [],
    "restricted": [{"code": "requirements_past_due", "resolution": "provide_info"}],
    "rejected": [{"code": "rejected_other", "resolution": "contact_stripe"}],
    "unsupported": [{"code": "unsupported_business", "resolution": "no_resolution"}],
}
STATE_REQUIREMENTS = {
    "pending": (
        "identity.attestations.terms_of_service.account.date",
        "identity.business_details.address.line1",
        "identity.business_details.structure",
        "relationship.representative.given_name",
        "configuration.recipient.default_outbound_destination",
    ),
    "restricted": (DOCUMENT,),
}
DEADLINES = {"pending": "currently_due", "restricted": "past_due"}
URGENCY = ("past_due", "currently_due", "eventually_due")


def recipient(state: str) -> JSON:
    """Show the recipient's side of an account in a state."""
    capability = {"status": state, "status_details": REASONS[state]}
    balance = {"payouts": dict(capability), "stripe_transfers": dict(capability)}
    return {"applied": True, "capabilities": {"stripe_balance": balance}}


def requirements(state: str) -> JSON:
    """Return the open requirements of an account in a state."""
    return _listed([entry(what, DEADLINES[state]) for what in STATE_REQUIREMENTS.get(state, ())])


def entry(
    what: str,
    deadline: str,
    *,
    reason: str = "routine_onboarding",
    error: JSON | None = None,
    due: str | None = None,
) -> JSON:
    """Return a requirement of an account, and the capabilities restricted without it."""
    restricts = [
        {
            "capability": capability,
            "configuration": "recipient",
            "deadline": {"status": deadline},
        }
        for capability in (TRANSFERS, PAYOUTS)
    ]
    out: JSON = {
        "awaiting_action_from": "user",
        "description": what,
        "errors": [error] if error else [],
        "impact": {"restricts_capabilities": restricts},
        "minimum_deadline": {"status": deadline},
        "requested_reasons": [{"code": reason}],
    }
    if due:
        out["_due"] = due
    if what.startswith("relationship."):
        out["reference"] = {"type": "person", "resource": "representative"}
    return out


def _listed(entries: list[JSON]) -> JSON:
    """Sum entries up: the nearest deadline of all, and when it is."""
    if not entries:
        return {"entries": []}
    statuses = [row["minimum_deadline"]["status"] for row in entries]
    first = min(statuses, key=URGENCY.index)
    deadline: JSON = {"status": first}
    times = [row["_due"] for row in entries if "_due" in row]
    if times and first != "past_due":
        deadline["time"] = min(times)
    return {"entries": entries, "summary": {"minimum_deadline": deadline}}


def state_of(account: JSON) -> str | None:
    """Return the status of the account's transfers capability, or null if it was not requested."""
    return _status(account, "stripe_transfers")


def payouts_of(account: JSON) -> str | None:
    """Give the status of the capability to be paid out, if it was asked for."""
    return _status(account, "payouts")


def _status(account: JSON, capability: str) -> str | None:
    side = account["configuration"]["recipient"]
    if side is None or "capabilities" not in side:
        return None
    return str(side["capabilities"]["stripe_balance"][capability]["status"])


def is_connected(account: JSON) -> bool:
    """Return True if the platform may still use the account's recipient configuration."""
    side = account["configuration"]["recipient"]
    return side is not None and bool(side["applied"])


def bring_to(world: World, account: JSON, state: str) -> None:
    """Set an account's state as Stripe decides it, and emit the events of the change."""
    settled = state_of(account) == state and is_connected(account)
    if account["closed"] or (settled and not _is_restricted(account, state)):
        return
    before = state_of(account), payouts_of(account)
    side = account["configuration"]["recipient"] or {}
    account["configuration"]["recipient"] = recipient(state) | {"applied": True}
    account["requirements"] = requirements(state)
    if not side.get("applied"):
        _apply(account, applied=True)
    world.store.put("account", account)
    _announce(world, account, before)


def _is_restricted(account: JSON, state: str) -> bool:
    """Return True if an active account has open requirements or inactive payouts."""
    entries = account["requirements"]["entries"]
    return state == "active" and (bool(entries) or payouts_of(account) != "active")


def _announce(world: World, account: JSON, before: tuple[str | None, str | None]) -> None:
    """Emit the events of a decision, for each changed capability."""
    after = state_of(account), payouts_of(account)
    pairs = zip((TRANSFERS, PAYOUTS), before, after, strict=True)
    names = [name for name, old, new in pairs if old != new]
    for name in names:
        emit_thin(
            world, f"{SIDE}.capability_status_updated", account, data={"updated_capability": name}
        )
    if names:
        emit_thin(world, f"{SIDE}.updated", account)
    emit_thin(world, f"{ACCOUNT}[requirements].updated", account)


def ask(
    world: World,
    account: JSON,
    *,
    what: str = DOCUMENT,
    days: int = 14,
    error: JSON | None = None,
) -> None:
    """Ask an account for something; without an answer by then it is restricted."""
    _check_open(account)
    moment = world.clock.now() + days * A_DAY
    others = [row for row in account["requirements"]["entries"] if row["description"] != what]
    added = entry(
        what,
        "currently_due",
        reason="routine_verification",
        error=error,
        due=iso(moment),
    )
    account["requirements"] = _listed([*others, added])
    world.store.put("account", account)
    emit_thin(world, f"{ACCOUNT}[requirements].updated", account)
    world.later("requirement_due", moment, account=account["id"], asked=what)


@falls_due("requirement_due")
def _requirement_due(world: World, details: JSON) -> None:
    """Restrict an account that has not answered in time."""
    account = world.store.must("account", details["account"])
    entries = account["requirements"]["entries"]
    late = [
        row
        for row in entries
        if row["description"] == details["asked"]
        and row["minimum_deadline"]["status"] == "currently_due"
        and row.get("_due", "") <= iso(world.clock.now())
    ]
    if not late or account["closed"]:
        return
    for row in late:
        row["minimum_deadline"] = {"status": "past_due"}
        for part in row["impact"]["restricts_capabilities"]:
            part["deadline"] = {"status": "past_due"}
    account["requirements"] = _listed(entries)
    before = state_of(account), payouts_of(account)
    if before[0] == "active":
        account["configuration"]["recipient"] |= {
            "capabilities": recipient("restricted")["capabilities"]
        }
    world.store.put("account", account)
    _announce(world, account, before)


def announce(world: World, account: JSON, *, what: str = DOCUMENT, days: int = 60) -> None:
    """Announce a future requirement; the clock makes it due."""
    _check_open(account)
    moment = world.clock.now() + days * A_DAY
    entries = account["future_requirements"]["entries"]
    coming = entry(what, "eventually_due", reason="routine_verification", due=iso(moment))
    account["future_requirements"] = _listed([*entries, coming])
    world.store.put("account", account)
    emit_thin(world, f"{ACCOUNT}[future_requirements].updated", account)
    world.later("requirement_comes", moment, account=account["id"], asked=what)


@falls_due("requirement_comes")
def _requirement_comes(world: World, details: JSON) -> None:
    account = world.store.must("account", details["account"])
    entries = account["future_requirements"]["entries"]
    rest = [row for row in entries if row["description"] != details["asked"]]
    if len(rest) == len(entries) or account["closed"]:
        return
    account["future_requirements"] = _listed(rest)
    emit_thin(world, f"{ACCOUNT}[future_requirements].updated", account)
    ask(world, account, what=details["asked"])


def set_payouts(world: World, account: JSON, status: str) -> None:
    """Let Stripe stop or allow the way from an account's balance to its bank, and only that."""
    _check_open(account)
    side = account["configuration"]["recipient"]
    if payouts_of(account) is None:
        raise ApiError("This account has not asked to receive anything.", param="state")
    before = state_of(account), payouts_of(account)
    capability = {"status": status, "status_details": REASONS[status]}
    side["capabilities"]["stripe_balance"]["payouts"] = capability
    world.store.put("account", account)
    _announce(world, account, before)


def connect(world: World, account: JSON, *, applied: bool) -> None:
    """Let an account take back, or give again, its consent to receive from the platform."""
    _check_open(account)
    if account["configuration"]["recipient"] is None:
        raise ApiError("This account has not asked to receive anything.", param="state")
    if is_connected(account) == applied:
        return
    _apply(account, applied=applied)
    world.store.put("account", account)
    emit_thin(world, f"{SIDE}.updated", account)
    emit_thin(world, f"{ACCOUNT}.updated", account)


def _apply(account: JSON, *, applied: bool) -> None:
    account["configuration"]["recipient"]["applied"] = applied
    others = [side for side in account["applied_configurations"] if side != "recipient"]
    account["applied_configurations"] = [*others, "recipient"] if applied else others


def _check_open(account: JSON) -> None:
    if account["closed"]:
        raise ApiError("This account is closed.", code="account_closed")


def satisfy(world: World, account: JSON) -> None:
    """Clear an account's requirements, the future requirements too."""
    coming = account["future_requirements"]["entries"]
    if coming:
        account["future_requirements"] = {"entries": []}
        emit_thin(world, f"{ACCOUNT}[future_requirements].updated", account)
    bring_to(world, account, "active")
