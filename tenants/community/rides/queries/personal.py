"""A member's rows of this room, for the copy of their data."""

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.personal import PersonalTable, table
from tenants.community.rides.models import Booking, Ride


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data of this room about a person."""
    return [
        table(
            "rides",
            _("Trajets"),
            Ride.objects.filter(author=person),
            *("reference", "role", "way", "place", "distance_km", "bearing", "seats"),
            *("price_cents", "note", "weekdays", "audience", "created_at", "closed_at"),
        ),
        table(
            "ride_bookings",
            _("Demandes de place"),
            Booking.objects.filter(person=person),
            *("reference", "departure__starts_at", "state", "place", "distance_km", "words"),
            *("asked_at", "decided_at", "cancelled_at"),
        ),
    ]
