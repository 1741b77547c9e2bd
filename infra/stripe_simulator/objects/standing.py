"""How an account stands with Stripe: what it may do, and what it still owes as an answer."""

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.events import emit_thin
from infra.stripe_simulator.world import World

STATES = {"pending", "active", "restricted", "rejected", "unsupported"}
CAPABILITY = "stripe_balance.stripe_transfers"
REASONS: dict[str, list[JSON]] = {
    "pending": [{"code": "determining_status", "resolution": "provide_info"}],
    "active": [],
    "restricted": [{"code": "requirements_past_due", "resolution": "provide_info"}],
    "rejected": [{"code": "rejected_other", "resolution": "contact_stripe"}],
    "unsupported": [{"code": "unsupported_business", "resolution": "no_resolution"}],
}
ASKED = {
    "pending": (
        "identity.attestations.terms_of_service.account.date",
        "identity.business_details.address.line1",
        "identity.business_details.structure",
        "relationship.representative.given_name",
        "configuration.recipient.default_outbound_destination",
    ),
    "restricted": ("identity.business_details.documents.proof_of_registration",),
}
DEADLINES = {"pending": "currently_due", "restricted": "past_due"}


def recipient(state: str) -> JSON:
    """Show the recipient's side of an account in a state."""
    capability = {"status": state, "status_details": REASONS[state]}
    balance = {"payouts": dict(capability), "stripe_transfers": dict(capability)}
    return {"applied": True, "capabilities": {"stripe_balance": balance}}


def requirements(state: str) -> JSON:
    """Show what an account in a state is still asked for."""
    if state not in ASKED:
        return {"entries": []}
    deadline = {"status": DEADLINES[state]}
    entries = [
        {
            "awaiting_action_from": "user",
            "description": description,
            "errors": [],
            "impact": {
                "restricts_capabilities": [
                    {
                        "capability": CAPABILITY,
                        "configuration": "recipient",
                        "deadline": deadline,
                    }
                ]
            },
            "minimum_deadline": deadline,
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for description in ASKED[state]
    ]
    return {"entries": entries, "summary": {"minimum_deadline": deadline}}


def state_of(account: JSON) -> str | None:
    """Give the status of the one capability that matters, if it was asked for."""
    side = account["configuration"]["recipient"]
    if side is None or "capabilities" not in side:
        return None
    return str(side["capabilities"]["stripe_balance"]["stripe_transfers"]["status"])


def bring_to(world: World, account: JSON, state: str) -> None:
    """Let Stripe decide on an account, and tell what changed."""
    if account["closed"] or state_of(account) == state:
        return
    account["configuration"]["recipient"] = recipient(state)
    account["requirements"] = requirements(state)
    if "recipient" not in account["applied_configurations"]:
        account["applied_configurations"].append("recipient")
    world.store.put("account", account)
    side = "v2.core.account[configuration.recipient]"
    changed = {"updated_capability": CAPABILITY}
    emit_thin(world, f"{side}.capability_status_updated", account, data=changed)
    emit_thin(world, f"{side}.updated", account)
    emit_thin(world, "v2.core.account[requirements].updated", account)
