"""Meaning of Stripe's answer to a call, and the step that follows."""

import datetime as dt
import enum
from http import HTTPStatus
from typing import NamedTuple

KEY_LASTS = dt.timedelta(hours=20)
_MOST_ATTEMPTS = 5
_FIRST_DELAY = dt.timedelta(seconds=5)
_LONGEST_DELAY = dt.timedelta(hours=1)
_BUSY_DELAY = dt.timedelta(seconds=30)
_BROKEN_DELAY = dt.timedelta(seconds=60)
_LONGEST_DOUBLING = 10
_SPREAD = 1_000
_LONGEST_REASON = 200
_MISUSED = "idempotency_error"
NO_ANSWER, UNREADABLE = "no_answer", "unreadable"


class Problem(NamedTuple):
    """An error in place of the object that was asked for; no status where nothing came back.

    `kind` is Stripe's own type of error, or `NO_ANSWER`, or `UNREADABLE`.
    """

    status: int | None
    kind: str = ""
    code: str = ""
    message: str = ""
    param: str = ""
    replayed: bool = False
    retry_after: int | None = None
    request_id: str = ""

    @property
    def reason(self) -> str:
        """The stored reason: the code, or the message without a code."""
        return (self.code or self.message)[:_LONGEST_REASON]

    @property
    def text(self) -> str:
        """The line that operators read: the code or kind first, then Stripe's own words."""
        return f"{self.code or self.kind} {self.message}".strip()


class Verdict(enum.StrEnum):
    """The step that follows an answer."""

    RESEND = "resend"
    LOOK_UP = "look_up"
    PARK = "park"
    REFUSED = "refused"
    HALT = "halt"


class Step(NamedTuple):
    """The step that follows an answer, and the delay before it."""

    verdict: Verdict
    delay: dt.timedelta = dt.timedelta(0)


class Sent(NamedTuple):
    """How often a call was made under its key, since when, and how it failed before."""

    first_at: dt.datetime
    times: int
    server_errors: int


_WHY_NOTHING_LEAVES = frozenset(
    {
        "balance_insufficient",
        "insufficient_capabilities_for_transfer",
        "account_closed",
        "account_invalid",
    }
)
# Error codes by kind of call that are no mistake of ours.
_EXPECTED_CODES: dict[str, frozenset[str]] = {
    "refund": frozenset({"charge_already_refunded", "charge_disputed"}),
    "transfer": _WHY_NOTHING_LEAVES,
    "reversal": frozenset({"balance_insufficient", "account_closed", "account_invalid"}),
    "giveback": _WHY_NOTHING_LEAVES,
    "tax": _WHY_NOTHING_LEAVES,
}
# Kinds that send money to a council; an operator may cancel such a call.
TO_AN_ACCOUNT = frozenset({"transfer", "giveback", "tax"})
LET_GO = Problem(None, code="let_go", message="given up by an operator")
# A link valid for minutes is of no use to its requester later.
OF_A_MOMENT = frozenset({"portal", "link"})
_MOMENT_LASTS = dt.timedelta(minutes=5)
_ANYTHING_GOES = OF_A_MOMENT | {
    *("customer", "details", "checkout", "expire"),
    *("account", "change", "close", "evidence"),
}
# Kinds that would create a duplicate if sent twice; other calls set a state.
_MAKES_A_THING = (
    TO_AN_ACCOUNT
    | OF_A_MOMENT
    | {"customer", "checkout", "refund", "reversal", "account", "change"}
)
_TOO_MUCH = frozenset({"refund", "reversal"})


def next_step(kind: str, problem: Problem, sent: Sent, *, at: dt.datetime) -> Step:
    """Return the next step after a failed call."""
    # A call that still runs is of the same kind of problem as a key that was misused.
    if is_passing(problem):
        too_late = kind in OF_A_MOMENT and at - sent.first_at >= _MOMENT_LASTS
        return Step(Verdict.REFUSED) if too_late else _passing(problem, sent, at)
    if problem.kind == _MISUSED:
        return Step(Verdict.PARK)
    if is_about_our_key(problem):
        return Step(Verdict.HALT)
    if is_expected(kind, problem):
        return Step(Verdict.REFUSED)
    # A replayed failure may have passed: search for the object, then send under a new key.
    return Step(Verdict.LOOK_UP if problem.replayed else Verdict.PARK)


def _passing(problem: Problem, sent: Sent, at: dt.datetime) -> Step:
    """Return a retry: Stripe was busy, or the outcome is unknown."""
    if problem.status in {HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}:
        return _busy(problem, sent)
    return _unclear(problem, sent, at)


def _unclear(problem: Problem, sent: Sent, at: dt.datetime) -> Step:
    """Send it under the same key while Stripe remembers that: it may have been done."""
    if problem.replayed or at - sent.first_at >= KEY_LASTS:
        return Step(Verdict.LOOK_UP)
    if problem.status is not None and sent.server_errors == 0:
        return Step(Verdict.RESEND, _BROKEN_DELAY)
    return Step(Verdict.RESEND, backoff(sent.times))


def _busy(problem: Problem, sent: Sent) -> Step:
    """Send it under the same key a little later: it was not done, or is being done."""
    if problem.status == HTTPStatus.CONFLICT:
        return Step(Verdict.RESEND, _BUSY_DELAY)
    retry_after = dt.timedelta(seconds=problem.retry_after or 0)
    return Step(Verdict.RESEND, max(retry_after, backoff(sent.times)))


def keeps_its_key(
    kind: str, status: int | None, failure: str, *, first_at: dt.datetime | None, at: dt.datetime
) -> bool:
    """Return True if a parked call is sent again under its key.

    A call that creates an object is, while Stripe stores its key, so that a running call is not
    duplicated. A key that was misused, or for failures that Stripe replays, is useless.
    """
    if kind not in _MAKES_A_THING or first_at is None or at - first_at >= KEY_LASTS:
        return False
    misused = status == HTTPStatus.BAD_REQUEST and failure.startswith(_MISUSED)
    answered = HTTPStatus.BAD_REQUEST <= (status or 0) < HTTPStatus.INTERNAL_SERVER_ERROR
    return answered and not misused


def is_passing(problem: Problem) -> bool:
    """Return True if a problem is temporary, whatever the request: it is retried."""
    busy = {HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
    status = problem.status
    return status is None or status in busy or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def last_attempt(*, retried_at: int) -> int:
    """Return which key of a call is its last: the fifth, or the fifth after it was retried."""
    return retried_at + _MOST_ATTEMPTS


def is_expected(kind: str, problem: Problem) -> bool:
    """Return True if this kind of call handles the refusal."""
    if kind in TO_AN_ACCOUNT and _names_no_account(problem):
        return True
    if _is_missing(problem):
        return False
    if kind in _ANYTHING_GOES or problem.code in _EXPECTED_CODES.get(kind, frozenset()):
        return True
    return kind in _TOO_MUCH and problem.param == "amount"


def _is_missing(problem: Problem) -> bool:
    return problem.status == HTTPStatus.NOT_FOUND or problem.code == "resource_missing"


def _names_no_account(problem: Problem) -> bool:
    return problem.code == "resource_missing" and problem.param == "destination"


def backoff(times: int) -> dt.timedelta:
    """Return how long to wait before the next try: 5 s, 10 s, … up to an hour."""
    doubled: dt.timedelta = _FIRST_DELAY * 2 ** min(max(times - 1, 0), _LONGEST_DOUBLING)
    return min(doubled, _LONGEST_DELAY)


def spread(delay: dt.timedelta, *, seed: int) -> dt.timedelta:
    """Return a delay up to a quarter longer, so that calls that failed together come apart."""
    return delay + delay * (seed % _SPREAD) / (4 * _SPREAD)


def is_about_our_key(problem: Problem) -> bool:
    """Return True if Stripe refuses our key for all requests, not a single account."""
    ours = problem.code != "account_invalid"
    return ours and problem.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def is_about_the_account(problem: Problem) -> bool:
    """Return True if a transfer was refused because of the council's account."""
    return problem.code != "balance_insufficient"


def is_gone(problem: Problem) -> bool:
    """Return True if the requested account does not exist at Stripe."""
    return _is_missing(problem) or problem.code == "account_invalid"


def is_about_the_amount(problem: Problem) -> bool:
    """Return True if the reversed amount exceeds the amount left."""
    return problem.param == "amount" and problem.code != "balance_insufficient"
