"""What a council's account at Stripe is able to do, in our words."""

from collections.abc import Collection

from billing.models import Council

_TRIGGERS = {
    "active": "active",
    "pending": "onboarding",
    "restricted": "restricted",
    "rejected": "rejected",
    "unsupported": "unsupported",
}


def trigger_of(*, capability: str, applied: bool, closed: bool) -> str | None:
    """Return what Stripe's words do to the account's state, or None where they say nothing."""
    if closed:
        return "closed"
    if capability == "active" and not applied:
        return "restricted"
    return _TRIGGERS.get(capability)


def needs_of(deadlines: Collection[str]) -> Council.Needs:
    """Return how urgently something is asked for."""
    if "past_due" in deadlines:
        return Council.Needs.PAST_DUE
    if "currently_due" in deadlines:
        return Council.Needs.CURRENTLY_DUE
    return Council.Needs.NOTHING


def may_receive(council: Council) -> bool:
    """Say whether money can be transferred to a council."""
    return council.account_state == Council.AccountState.ACTIVE


def payouts_of(capability: str) -> Council.PayoutsState:
    """Return whether what arrived can leave for the bank."""
    known = set(Council.PayoutsState.values)
    return Council.PayoutsState(capability) if capability in known else Council.PayoutsState.NONE
