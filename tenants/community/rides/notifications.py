"""News for the two of a booking: its author's answer, a change of mind, the day before."""

from django.utils import timezone

from saas.kernel.notifying import Event, Kind, Words, notify, written
from tenants.community.rides import rules, wording
from tenants.community.rides.models import RideNotice
from tenants.community.rides.queries import places as queries

REQUEST = RideNotice.Kind.ASKED


def send_notice(notice: RideNotice) -> None:
    """Notify a party of a decision on a request, or of tomorrow's ride.

    A request is to be answered before the departure.
    """
    booking = notice.booking
    event = Event(
        key=f"ride-notice:{notice.pk}",
        kind=Kind.RIDES,
        path=booking.departure.ride.get_absolute_url(),
        about=rules.about(booking),
        words=lambda: _words_of(notice),
        deadline=booking.departure.starts_at if notice.kind == REQUEST else None,
    )
    notify(event, to=[notice.person_id], at=timezone.now())


def _words_of(notice: RideNotice) -> Words:
    booking, reader = notice.booking, notice.person
    departure, ride = booking.departure, booking.departure.ride
    other = booking.person if reader.pk == ride.author_id else ride.author
    context = {
        "other": other.short_name,
        "drives": (ride.role == rules.Role.DRIVER) == (reader.pk == ride.author_id),
        "way": wording.title_of(ride, queries.site_names()[ride.site_id]),
        "booking": booking,
        "departure": departure,
    }
    return written(f"ride_{notice.kind}", context)
