"""Gatherings, participants, councils' contributions, and calendar links."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, reference
from tenants.spaces import audiences


def gathering_reference() -> str:
    """Return a new public reference of a gathering."""
    return reference("GA")


class Series(SpaceModel):
    """A gathering that comes back; each of its dates is a `Gathering` of its own."""

    RETENTION = retention.after(dt.timedelta(days=365), since="ends_on", only=Q(gatherings=None))

    class Rhythm(models.TextChoices):
        """The interval between two dates of a series."""

        WEEKLY = "weekly", _("Chaque semaine")
        FORTNIGHTLY = "fortnightly", _("Toutes les deux semaines")
        MONTHLY = "monthly", _("Chaque mois")

    rhythm = models.CharField(max_length=11, choices=Rhythm)
    ends_on = models.DateField()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.rhythm} until {self.ends_on}"


class Gathering(SpaceModel):
    """A joint activity of colleagues at a given time.

    `places` counts all participants including the organiser; without it there is no limit. `taken`
    is the number of participants, written under the row's lock.
    """

    RETENTION = retention.after(
        dt.timedelta(days=365), since="ends_at", what=_("Activités passées"), only=Q(budget=None)
    )

    class Kind(models.TextChoices):
        """The kinds of gatherings."""

        SPORT = "sport", _("Sport")
        LUNCH = "lunch", _("Repas")
        OUTING = "outing", _("Sortie")
        WORKSHOP = "workshop", _("Atelier")

    Audience = audiences.Audience

    reference = models.CharField(max_length=12, unique=True, default=gathering_reference)
    series = models.ForeignKey(
        Series, on_delete=models.CASCADE, null=True, blank=True, related_name="gatherings"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    site_id = models.BigIntegerField(null=True, blank=True)
    place = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    taken = models.PositiveSmallIntegerField(default=0)
    on_screens = models.BooleanField(default=False, db_default=False)
    organiser = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    audience = models.CharField(
        max_length=10, choices=Audience, default=Audience.SPACE, db_default=Audience.SPACE
    )
    company_id = models.BigIntegerField(null=True, blank=True)  # of its organiser, when announced
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by moderation
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="a_gathering_ends_after_it_begins",
                violation_error_message=_("La fin vient après le début."),
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(taken__lte=F("places")),
                name="no_more_come_than_there_are_places",
                violation_error_message=_("Il n’y a plus de place."),
            ),
            models.CheckConstraint(
                condition=~Q(audience="company") | Q(company_id__isnull=False),
                name="a_gathering_of_one_company_names_it",
                violation_error_message=_("Dites dans votre profil pour qui vous travaillez."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at", "id"],
                condition=Q(cancelled_at=None),
                name="gatherings_to_come",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the gathering's page."""
        return reverse("gatherings:detail", args=[self.reference])


class Participation(SpaceModel):
    """A participant, or a person on the waiting list; the row is deleted if they leave."""

    RETENTION = retention.WITH_PARENT

    class State(models.TextChoices):
        """Whether there is a place for them."""

        COMING = "coming", _("Vous participez")
        WAITING = "waiting", _("Vous attendez une place")

    id = RowNumber(primary_key=True)
    gathering = models.ForeignKey(
        Gathering, on_delete=models.CASCADE, related_name="participations"
    )
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State)
    joined_at = models.DateTimeField()
    reminded_of = models.DateTimeField(null=True, blank=True)  # the start in the reminder

    class Meta:
        base_manager_name = "objects"
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "person"],
                name="somebody_comes_to_a_gathering_once",
                violation_error_message=_("Vous êtes déjà sur la liste."),
            )
        ]
        indexes = [models.Index(fields=["person"], name="participations_of_a_member")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state} at {self.gathering_id}"


class BudgetLine(SpaceModel):
    """A council's contribution to a gathering, as an amount in cents and a description."""

    RETENTION = retention.TEN_YEARS

    id = RowNumber(primary_key=True)
    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="budget")
    company_id = models.BigIntegerField(null=True, blank=True)  # its council, or the space's own
    cents = models.PositiveBigIntegerField()
    words = models.CharField(max_length=120)
    set_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "company_id"],
                nulls_distinct=False,
                name="a_council_has_one_line_for_a_gathering",
            ),
            models.CheckConstraint(
                condition=Q(cents__gt=0),
                name="a_budget_is_more_than_nothing",
                violation_error_message=_("Indiquez un montant, ou retirez la ligne."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cents} for {self.gathering_id}"


class CalendarLink(SpaceModel):
    """A person's private calendar address.

    Its token is derived from the nonce, and stored hashed.
    """

    RETENTION = retention.with_person(_("Adresse de calendrier"))

    id = RowNumber(primary_key=True)
    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    nonce = models.UUIDField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"
