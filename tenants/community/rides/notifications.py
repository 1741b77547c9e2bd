"""News for the two of a booking: its author's answer, a change of mind, the day before."""

import datetime as dt
from enum import StrEnum

from saas.kernel.notifying import Event, Kind, Words, notify, written
from tenants.community.rides import rules, wording
from tenants.community.rides.models import Booking
from tenants.community.rides.queries import places as queries


class BookingEvent(StrEnum):
    """The events of a booking; each has its words in `notices/ride_<event>/`."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    TOMORROW = "tomorrow"
    CHANGED = "changed"


def notify_party(booking: Booking, event: BookingEvent, *, to: int, at: dt.datetime) -> None:
    """Notify a party of a decision on a request, or of tomorrow's ride.

    A request is to be answered before the departure.
    """
    departure = booking.departure
    news = Event(
        key=_key(booking, event, at=at),
        kind=Kind.RIDES,
        path=departure.ride.get_absolute_url(),
        about=rules.about(booking),
        words=lambda: _words_of(booking, event, to=to),
        deadline=departure.starts_at if event == BookingEvent.ASKED else None,
    )
    notify(news, to=[to], at=at)


def _key(booking: Booking, event: BookingEvent, *, at: dt.datetime) -> str:
    key = f"ride-{event}:{booking.pk}"
    return f"{key}:{at:%Y%m%d%H%M%S%f}" if event == BookingEvent.CHANGED else key


def _words_of(booking: Booking, event: BookingEvent, *, to: int) -> Words:
    departure, ride = booking.departure, booking.departure.ride
    is_author = to == ride.author_id
    other = booking.person if is_author else ride.author
    context = {
        "other": other.short_name,
        "drives": (ride.role == rules.Role.DRIVER) == is_author,
        "way": wording.title_of(ride, queries.site_names()[ride.site_id]),
        "booking": booking,
        "departure": departure,
    }
    return written(f"ride_{event}", context)
