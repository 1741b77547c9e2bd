"""Stripe calls of checkout clicks, made here at the played hour instead of by a worker."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

from billing.models import Order, StripeCall
from billing.orders.queries.calls import open_checkout_of
from billing.stripe.calls.send import make_call
from saas.kernel.tasks import PublicTask

# An expiring session is closed, the merchant becomes a customer, a session is opened.
MOST_CALLS = 4


def make_calls_of(order: Order, *, at: dt.datetime) -> None:
    """Make the Stripe calls queued by an order's checkout, each after the call that it needs."""
    for _step in range(MOST_CALLS):
        call = open_checkout_of(order)
        if call is None or call.state != StripeCall.State.PENDING:
            return
        make_call(call.pk, at=at)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Queue no job inside the context: its work is done here."""
    before = PublicTask.__dict__.get("apply_async")

    def queue_nothing(*_args: Any, **_how: Any) -> None:
        return None

    PublicTask.apply_async = queue_nothing  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        if before is None:
            del PublicTask.apply_async
        else:
            PublicTask.apply_async = before  # type: ignore[method-assign]
