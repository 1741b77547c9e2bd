"""States of a call requested by a person, and their sentence in each state."""

import datetime as dt
import enum
from http import HTTPStatus

from billing.stripe.rules.answers import OF_A_MOMENT

QUICK = dt.timedelta(seconds=4)


class Standing(enum.StrEnum):
    """Progress of a call to Stripe, for its requester."""

    MAKING = "making"
    SLOW = "slow"
    HALTED = "halted"
    PARKED = "parked"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    DONE = "done"


# In these states the page polls by itself.
UNDER_WAY = frozenset({Standing.MAKING, Standing.SLOW, Standing.HALTED})


def standing_of(
    *,
    kind: str,
    state: str,
    failure: str,
    status: int | None,
    waits_for: dt.timedelta,
    halted: bool,
) -> Standing:
    """Return the state of a call; `waits_for` is the time since its request."""
    if state == "done":
        return Standing.DONE
    if state == "failed":
        answered = status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR
        return Standing.TOO_LATE if kind in OF_A_MOMENT and not answered else Standing.REFUSED
    if state == "parked":
        return Standing.PARKED
    if halted:
        return Standing.HALTED
    return Standing.SLOW if failure or waits_for > QUICK else Standing.MAKING


def code_of(failure: str) -> str:
    """Return Stripe's code in a stored failure, or its type of error without a code."""
    return failure.partition(" ")[0]
