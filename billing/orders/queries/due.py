"""Payments and orders that the clock looks after."""

import datetime as dt

from django.db.models import Q

from billing.models import (
    Order,
    Payment,
)
from billing.stripe.queries.due import MOST

_FEE_IS_LATE_FOR = dt.timedelta(days=3)


def payments_to_watch(*, at: dt.datetime) -> list[int]:
    """Return unfinished payments, and payments with a fee still missing."""
    open_ = Q(state__in=[Payment.State.OPENED, Payment.State.PROCESSING])
    without_fee = Q(
        state=Payment.State.SUCCEEDED,
        balance_transaction="",
        succeeded_at__gte=at - 10 * _FEE_IS_LATE_FOR,
    )
    # An expired session may have been paid in its last second.
    just_closed = Q(state=Payment.State.EXPIRED, expires_at__gte=at - _FEE_IS_LATE_FOR)
    watched = Payment.objects.filter(open_ | without_fee | just_closed)
    return list(watched.order_by("pk").values_list("pk", flat=True))


def stale_orders(*, at: dt.datetime, before: dt.timedelta) -> list[int]:
    """Return orders left unpaid for this time."""
    old = Order.objects.filter(state=Order.State.PRICED, placed_at__lte=at - before)
    return list(old.values_list("pk", flat=True)[:MOST])
