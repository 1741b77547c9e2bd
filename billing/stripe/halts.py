"""When Stripe refuses our key nothing more is sent, until an operator has looked."""

import datetime as dt

from billing.models import StripeHalt
from billing.stripe.rules.answers import Problem, is_about_our_key
from saas.kernel.database import rows


def halt(reason: str, *, at: dt.datetime) -> None:
    """Send nothing more; halting twice is halting once."""
    StripeHalt.objects.bulk_create(
        [StripeHalt(since=at, reason=rows.cut(StripeHalt, "reason", reason))],
        ignore_conflicts=True,
    )


def halt_if_refused(problem: Problem, *, at: dt.datetime) -> None:
    """Halt all calls if Stripe refused our key, but not for a missing council's account."""
    if is_about_our_key(problem):
        halt(problem.message or "key refused", at=at)
