"""Which events concern us."""


def is_for_us(*, endpoint: str, account: str, livemode: bool, ours: bool) -> bool:
    """Say whether an event is of our mode, and of an account that its endpoint stands for.

    A transfer makes a charge on the council's account: that is no charge of ours.
    """
    if livemode != ours:
        return False
    return bool(account) if endpoint == "connected" else not account


def is_other_version(version: str, *, ours: str) -> bool:
    """Say whether an event is written in another version than ours; only its ids are used."""
    return bool(version) and version != ours
