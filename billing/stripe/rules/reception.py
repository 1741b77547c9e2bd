"""Which events concern us."""


def is_for_us(*, endpoint: str, account: str, livemode: bool, ours: bool) -> bool:
    """Return True if an event has our mode, and comes from an account of its endpoint.

    A transfer creates a charge on the council's account: that charge is not ours.
    """
    if livemode != ours:
        return False
    return bool(account) if endpoint == "connected" else not account


def is_other_version(version: str, *, ours: str) -> bool:
    """Return True if an event has another API version than ours; only its ids are used."""
    return bool(version) and version != ours
