"""Bookings to remind of on the day before."""

import datetime as dt

from django.db.models import F, QuerySet

from tenants.community.rides import rules
from tenants.community.rides.models import Booking


def to_remind(*, at: dt.datetime) -> QuerySet[Booking]:
    """Lock seats accepted more than a day before a ride within a day, without a reminder.

    Rows locked by another clock are skipped.
    """
    return (
        Booking.objects.filter(
            reminded_at=None,
            state=Booking.State.ACCEPTED,
            departure__starts_at__gt=at,
            departure__starts_at__lte=at + rules.RECALLED,
            decided_at__lte=F("departure__starts_at") - rules.RECALLED,
        )
        .select_related("person", "departure__ride__author")
        .order_by("departure__starts_at", "pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
