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
    ours = problem.code != "account_invalid"
    if ours and problem.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        halt(problem.message or "key refused", at=at)
