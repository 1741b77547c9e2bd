"""Rides and seats as acts of members."""

from django.utils.translation import gettext_lazy as _

from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.rides.models import Booking, Ride


def acts() -> list[Acts]:
    """Return the acts of members in this room, for counts alone."""
    return [
        Acts(
            _("Covoiturage"),
            Booking.objects.filter(state=Booking.State.ACCEPTED),
            "person_id",
            "decided_at",
            _("Places en voiture"),
        ),
        Acts(_("Covoiturage"), Ride.objects.all(), "author_id", "created_at"),
    ]
