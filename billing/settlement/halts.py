"""When Stripe refuses our key nothing more is sent, until an operator has looked."""

import datetime as dt
from http import HTTPStatus

from billing.models import StripeHalt
from billing.rules.answers import Problem


def halt(reason: str, *, at: dt.datetime) -> None:
    """Send nothing more; halting twice is halting once."""
    StripeHalt.objects.bulk_create(
        [StripeHalt(since=at, reason=reason[:300])], ignore_conflicts=True
    )


def halt_if_refused(problem: Problem, *, at: dt.datetime) -> None:
    """Halt where it is our key that was refused, and not a council's account that is gone."""
    if is_about_our_key(problem):
        halt(problem.message or "key refused", at=at)


def is_about_our_key(problem: Problem) -> bool:
    """Say whether Stripe refuses whatever is asked under our key."""
    ours = problem.code != "account_invalid"
    return ours and problem.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
