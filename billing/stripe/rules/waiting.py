"""States of a call that somebody waits for, and the sentence that they read in each."""

import datetime as dt
import enum
from http import HTTPStatus

from billing.stripe.rules.answers import OF_A_MOMENT

QUICK = dt.timedelta(seconds=4)


class Standing(enum.StrEnum):
    """How far a call to Stripe is, for the person who asked for it."""

    MAKING = "making"
    SLOW = "slow"
    HALTED = "halted"
    PARKED = "parked"
    REFUSED = "refused"
    TOO_LATE = "too_late"
    DONE = "done"


# While it stands so, the page asks again by itself.
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
    """Tell where a call stands; `waits_for` is since when somebody waits for it."""
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
    """Return Stripe's code, or its type of error where there is none, of what was kept."""
    return failure.partition(" ")[0]
