"""Rides, their departures, and requests for seats."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import SpaceModel, one_of, reference
from tenants.spaces import audiences


def ride_reference() -> str:
    """Return a new public reference of a ride."""
    return reference("RI")


def booking_reference() -> str:
    """Return a new public reference of a booking."""
    return reference("BO")


class Bearing(models.TextChoices):
    """The direction of a place from a site: coarse, because home addresses are private."""

    NORTH = "n", _("au nord")
    NORTH_EAST = "ne", _("au nord-est")
    EAST = "e", _("à l’est")
    SOUTH_EAST = "se", _("au sud-est")
    SOUTH = "s", _("au sud")
    SOUTH_WEST = "sw", _("au sud-ouest")
    WEST = "w", _("à l’ouest")
    NORTH_WEST = "nw", _("au nord-ouest")


class Ride(SpaceModel):
    """A car with seats, or a search for a seat; once, or on some days of the week.

    The other end of the route is stored as a text, and as kilometres and a direction from the site.
    """

    RETENTION = retention.after(
        dt.timedelta(days=365), since="closed_at", what=_("Trajets terminés")
    )

    class Role(models.TextChoices):
        """The part that its author has."""

        DRIVER = "driver", _("Je conduis")
        PASSENGER = "passenger", _("Je cherche une place")

    class Way(models.TextChoices):
        """Whether it leads to the site or away from it."""

        TO_SITE = "to", _("Vers le site")
        FROM_SITE = "from", _("Depuis le site")

    Audience = audiences.Audience

    reference = models.CharField(max_length=12, unique=True, default=ride_reference)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=9, choices=Role)
    way = models.CharField(max_length=4, choices=Way)
    site_id = models.BigIntegerField()
    place = models.CharField(max_length=60)
    distance_km = models.PositiveSmallIntegerField()
    bearing = models.CharField(max_length=2, choices=Bearing)
    seats = models.PositiveSmallIntegerField()
    price_cents = models.PositiveBigIntegerField(default=0)
    note = models.CharField(max_length=280, blank=True)
    weekdays = models.CharField(max_length=7, blank=True)  # days of the week, Monday is 0
    audience = models.CharField(
        max_length=10, choices=Audience, default=Audience.SPACE, db_default=Audience.SPACE
    )
    company_id = models.BigIntegerField(null=True, blank=True)  # of its author, when offered
    hidden_at = models.DateTimeField(null=True, blank=True)  # by moderation
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=8),
                name="a_ride_has_one_to_eight_seats",
                violation_error_message=_("Une voiture emmène de 1 à 8 personnes."),
            ),
            models.CheckConstraint(
                condition=~Q(audience="company") | Q(company_id__isnull=False),
                name="a_ride_of_one_company_names_it",
                violation_error_message=_("Dites dans votre profil pour qui vous travaillez."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.way} {self.place}"

    def get_absolute_url(self) -> str:
        """Return the address of the ride's page."""
        return reverse("rides:detail", args=[self.reference])


class Departure(SpaceModel):
    """A day of a ride; `taken` is written under the row's lock."""

    RETENTION = retention.after(dt.timedelta(days=365), since="starts_at")

    ride = models.ForeignKey(Ride, on_delete=models.CASCADE, related_name="departures")
    starts_at = models.DateTimeField()
    seats = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ride", "starts_at"], name="a_ride_leaves_once_at_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("seats")),
                name="no_more_ride_along_than_there_are_seats",
                violation_error_message=_("Il n’y a plus de place dans cette voiture."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at", "id"],
                condition=Q(cancelled_at=None),
                name="departures_to_come",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ride_id} at {self.starts_at}"


class Booking(SpaceModel):
    """A member's request to ride along, or to take the author along, on a single day."""

    RETENTION = retention.WITH_PARENT

    class State(models.TextChoices):
        """The states of a request."""

        ASKED = "asked", _("Demandée")
        ACCEPTED = "accepted", _("Acceptée")
        DECLINED = "declined", _("Refusée")
        CANCELLED = "cancelled", _("Annulée")

    reference = models.CharField(max_length=12, unique=True, default=booking_reference)
    departure = models.ForeignKey(Departure, on_delete=models.CASCADE, related_name="bookings")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    place = models.CharField(max_length=60)
    distance_km = models.PositiveSmallIntegerField()
    bearing = models.CharField(max_length=2, choices=Bearing)
    detour_minutes = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=280, blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    cancelled_late = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["departure", "person"],
                condition=one_of("state", ["asked", "accepted"]),
                name="somebody_asks_for_a_departure_once",
                violation_error_message=_("Vous avez déjà demandé ce trajet."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_late=False) | Q(state="cancelled"),
                name="only_what_was_cancelled_was_cancelled_late",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="bookings_of_a_member"),
            models.Index(fields=["departure"], name="bookings_of_a_departure"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"
