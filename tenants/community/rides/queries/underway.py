"""Seats that are asked for or given in all of the space, in counts."""

import datetime as dt

from tenants.community.rides import wording
from tenants.community.rides.models import Booking


def underway(at: dt.datetime) -> list[str]:
    """Return a sentence with the number of seats pending or accepted on future days."""
    count = Booking.objects.filter(
        state__in=[Booking.State.ASKED, Booking.State.ACCEPTED],
        departure__starts_at__gt=at,
        departure__cancelled_at=None,
    ).count()
    return [wording.seats_underway(count)] if count else []
