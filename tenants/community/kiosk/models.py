"""Screens and their pairing, day-parts, messages, arrangements, and plays."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, reference

MINUTES_A_DAY = 24 * 60


def screen_reference() -> str:
    """Return a new public reference of a screen."""
    return reference("EC")


def day_part_reference() -> str:
    """Return a new public reference of a part of the day."""
    return reference("PL")


def message_reference() -> str:
    """Return a new public reference of a message."""
    return reference("AF")


class Screen(SpaceModel):
    """A paired screen: a browser with a token; only the token's hash is stored.

    `play_secret` signs the plays that it reports. `instance` is the browser of the last heartbeat:
    if two browsers use the same token, the second is refused. `overdue_seconds` is the time that
    its slide has been shown beyond its end.
    """

    RETENTION = retention.with_space()

    class Turn(models.TextChoices):
        """How the picture is turned, for a screen that hangs upright and cannot do so itself."""

        NONE = "none", _("Comme l’appareil l’affiche")
        LEFT = "left", _("Tournée d’un quart à gauche")
        RIGHT = "right", _("Tournée d’un quart à droite")

    reference = models.CharField(max_length=12, default=screen_reference)
    name = models.CharField(max_length=40)
    site_id = models.BigIntegerField(null=True, blank=True)
    group = models.CharField(max_length=30, blank=True)
    turn = models.CharField(max_length=5, choices=Turn, default=Turn.NONE)
    is_quiet = models.BooleanField(default=False)
    is_touched = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    play_secret = models.CharField(max_length=64)
    instance = models.CharField(max_length=36, blank=True)
    paired_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    paired_at = models.DateTimeField()
    alive_at = models.DateTimeField(null=True, blank=True)
    version = models.CharField(max_length=40, blank=True)
    slide = models.CharField(max_length=40, blank=True)
    size = models.CharField(max_length=11, blank=True)
    waiting_plays = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=120, blank=True)
    overdue_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="a_screen_has_a_name_of_its_own",
                violation_error_message=_("Un autre écran porte déjà ce nom."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Pairing(SpaceModel):
    """A code that a screen shows until a manager types it; its browser alone claims the token.

    `network` is a keyed hash of the network that asked: codes are shared out between networks.
    """

    RETENTION = retention.by_room(dt.timedelta(days=1))

    id = RowNumber(primary_key=True)
    code = models.CharField(max_length=6, unique=True)
    claim_hash = models.CharField(max_length=64)
    network = models.CharField(max_length=16, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    screen = models.OneToOneField(
        Screen, on_delete=models.CASCADE, null=True, blank=True, related_name="pairing"
    )

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"pairing until {self.expires_at:%H:%M}"


class DayPart(SpaceModel):
    """A day-part and its content; if several overlap, the first in order takes precedence.

    `weekdays` has a bit for each day, Monday first. An end at or before the start is on the next
    day. `weights` contains the frequency of each kind: 0 never, 3 often.
    """

    RETENTION = retention.with_space()

    class Mode(models.TextChoices):
        """Behaviour of a screen meanwhile."""

        PLAY = "play", _("La boucle passe")
        QUIET = "quiet", _("Calme : l’heure et les messages")
        SLEEP = "sleep", _("Veille : écran noir")

    id = RowNumber(primary_key=True)
    reference = models.CharField(max_length=12, unique=True, default=day_part_reference)
    name = models.CharField(max_length=40)
    weekdays = models.PositiveSmallIntegerField()
    starts_minute = models.PositiveSmallIntegerField()
    ends_minute = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=5, choices=Mode, default=Mode.PLAY)
    weights = models.JSONField(default=dict, blank=True, max_length=400)
    group = models.CharField(max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=127),
                name="a_day_part_has_days_of_the_week",
                violation_error_message=_("Choisissez au moins un jour."),
            ),
            models.CheckConstraint(
                condition=Q(starts_minute__lt=MINUTES_A_DAY, ends_minute__lte=MINUTES_A_DAY),
                name="a_day_part_lies_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScreenMessage(SpaceModel):
    """Words of the administration or the council for the screens, from when until when."""

    RETENTION = retention.after(
        dt.timedelta(days=365), since="ends_at", what=_("Messages sur les écrans")
    )

    class Origin(models.TextChoices):
        """Speaker of a message."""

        STAFF = "staff", _("Direction")
        COUNCIL = "council", _("CSE")

    id = RowNumber(primary_key=True)
    reference = models.CharField(max_length=12, unique=True, default=message_reference)
    origin = models.CharField(max_length=7, choices=Origin)
    title = models.CharField(max_length=80)
    note = models.CharField(max_length=80, blank=True)
    group = models.CharField(max_length=30, blank=True)
    is_urgent = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="a_message_ends_after_it_begins",
                violation_error_message=_("La fin vient après le début."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Arrangement(SpaceModel):
    """A manager's setting for a slide of the loop: hidden, moved to the front, or more frequent."""

    RETENTION = retention.with_space()

    id = RowNumber(primary_key=True)
    kind = models.CharField(max_length=12)
    reference = models.CharField(max_length=24)
    is_hidden = models.BooleanField(default=False)
    weight = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference"], name="a_thing_of_the_loop_is_arranged_once"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=3),
                name="a_thing_is_shown_once_to_three_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Play(SpaceModel):
    """A slide that a screen showed for its whole time; it outlives both."""

    RETENTION = retention.by_room(dt.timedelta(days=35))

    id = RowNumber(primary_key=True)
    screen_reference = models.CharField(max_length=12)
    screen_name = models.CharField(max_length=40)
    key = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=12)
    slide_reference = models.CharField(max_length=24)
    flight_reference = models.CharField(max_length=12, blank=True)
    shown_at = models.DateTimeField()
    day = models.DateField()
    seconds = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["screen_reference", "key"], name="a_play_of_a_screen_counts_once"
            )
        ]
        indexes = [
            models.Index(fields=["day", "flight_reference"], name="plays_by_day"),
            models.Index(fields=["screen_reference", "shown_at"], name="plays_of_a_screen"),
        ]

    def __str__(self) -> str:
        return f"{self.slide_reference} on {self.screen_reference}"
