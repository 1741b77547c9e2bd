"""Things to lend, their loans, and their waiting lists."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import SpaceModel, one_of, reference
from saas.kernel.private_pictures import PrivatePicture

DRAFT = "thing"  # what drafts of its form are called


def thing_reference() -> str:
    """Return a new public reference of a thing."""
    return reference("OB")


def loan_reference() -> str:
    """Return a new public reference of a loan."""
    return reference("PR")


GOES_ON = ("requested", "accepted", "out")
HAS_ENDED = ("returned", "declined", "cancelled", "withdrawn", "lapsed", "lost")


class Thing(SpaceModel):
    """A thing lent by a member, or by a works council: a council's thing has no owner.

    `company_id` is the owner's company at the thing's creation, or the company of the lending
    council; empty for the council of the whole space. `deposit` is only a written promise: no money
    changes hands.
    """

    RETENTION = retention.after(
        dt.timedelta(days=365),
        since="withdrawn_at",
        what=_("Objets retirés du prêt"),
        only=~models.Q(loans__ended_at=None, loans__isnull=False),
    )

    class Condition(models.TextChoices):
        """The condition of a thing."""

        NEW = "new", _("Comme neuf")
        GOOD = "good", _("Bon état")
        WORN = "worn", _("A bien servi")

    class Whereabouts(models.TextChoices):
        """The place where it waits for its next borrower."""

        CAR = "car", _("Coffre de voiture")
        DESK = "desk", _("Bureau ou casier")
        HOME = "home", _("À la maison")
        OTHER = "other", _("Autre lieu")

    class Audience(models.TextChoices):
        """The people that may see a thing."""

        SPACE = "space", _("Tout l’espace")
        COMPANY = "company", _("Mon entreprise seulement")
        NEIGHBOURS = "neighbours", _("L’espace et ses voisins")

    reference = models.CharField(max_length=12, unique=True, default=thing_reference)
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    condition = models.CharField(max_length=4, choices=Condition, default=Condition.GOOD)
    whereabouts = models.CharField(max_length=5, choices=Whereabouts, default=Whereabouts.DESK)
    place = models.CharField(max_length=60)
    site_id = models.BigIntegerField(null=True, blank=True)
    deposit = models.CharField(max_length=160, blank=True)
    longest_minutes = models.PositiveIntegerField()
    lends_at_once = models.BooleanField(default=False)
    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    of_council = models.BooleanField(default=False)
    company_id = models.BigIntegerField(null=True, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.SPACE)
    on_screens = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by moderation
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(of_council=True, owner=None)
                | models.Q(of_council=False, owner__isnull=False),
                name="a_thing_is_a_members_or_the_councils",
            ),
            models.CheckConstraint(
                condition=models.Q(longest_minutes__gte=15),
                name="a_loan_lasts_a_quarter_of_an_hour",
                violation_error_message=_("Un prêt dure au moins quinze minutes."),
            ),
            models.CheckConstraint(
                condition=~models.Q(audience="company") | models.Q(company_id__isnull=False),
                name="a_thing_for_one_company_names_it",
                violation_error_message=_("Dites dans votre profil pour qui vous travaillez."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-created_at"],
                condition=models.Q(withdrawn_at=None),
                name="things_that_are_lent",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the thing's page."""
        return reverse("lending:thing", args=[self.reference])


class Loan(SpaceModel):
    """A person's use of a thing in a slot, from the request to the return.

    Its slot is taken from the request on: no other loan of the thing may overlap it.
    """

    RETENTION = retention.after(dt.timedelta(days=365), since="ended_at", what=_("Prêts terminés"))

    class State(models.TextChoices):
        """How far it came."""

        REQUESTED = "requested", _("Demandé")
        ACCEPTED = "accepted", _("Réservé")
        OUT = "out", _("Prêté")
        RETURNED = "returned", _("Rendu")
        DECLINED = "declined", _("Refusé")
        CANCELLED = "cancelled", _("Annulé")
        WITHDRAWN = "withdrawn", _("Retiré")
        LAPSED = "lapsed", _("Sans suite")
        LOST = "lost", _("Non rendu")

    reference = models.CharField(max_length=12, unique=True, default=loan_reference)
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="loans")
    borrower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    extension_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    thanked_at = models.DateTimeField(null=True, blank=True)
    reminded_of = models.DateTimeField(null=True, blank=True)  # the end in the reminder
    overdue_of = models.DateTimeField(null=True, blank=True)  # the end in the overdue notice
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            ExclusionConstraint(
                name="a_thing_is_lent_to_one_at_a_time",
                expressions=[
                    ("thing", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=one_of("state", GOES_ON),
                violation_error_message=_(
                    "Ce créneau vient d’être pris : choisissez-en un autre, "
                    "ou inscrivez-vous sur la liste d’attente."
                ),
            ),
            models.UniqueConstraint(
                fields=["thing"],
                condition=models.Q(state="out"),
                name="a_thing_is_in_one_persons_hands",
                violation_error_message=_(
                    "L’objet est encore chez quelqu’un : attendez son retour."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="a_loan_ends_after_it_starts",
                violation_error_message=_("La fin doit venir après le début."),
            ),
            models.CheckConstraint(
                condition=models.Q(one_of("state", GOES_ON), ended_at=None)
                | models.Q(one_of("state", HAS_ENDED), ended_at__isnull=False),
                name="a_loan_that_has_ended_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(extension_until=None)
                | models.Q(extension_until__gt=models.F("ends_at")),
                name="an_extension_goes_beyond_the_end",
            ),
        ]
        indexes = [
            models.Index(fields=["thing"], name="loans_of_a_thing"),
            models.Index(fields=["borrower", "-starts_at"], name="loans_by_borrower"),
            models.Index(
                fields=["ends_at"],
                condition=models.Q(ended_at=None),
                name="loans_that_go_on",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the address of the loan's page."""
        return reverse("lending:loan", args=[self.reference])


class WaitingListEntry(SpaceModel):
    """A person on the waiting list for a taken slot; it becomes a loan automatically."""

    RETENTION = retention.after(dt.timedelta(days=365), since="ends_at", what=_("Listes d’attente"))

    class State(models.TextChoices):
        """Whether it still waits."""

        WAITING = "waiting"
        SERVED = "served"
        LEFT = "left"
        LAPSED = "lapsed"

    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="waiting_list")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    loan = models.ForeignKey(
        Loan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "person"],
                condition=models.Q(state="waiting"),
                name="a_person_waits_once_for_a_thing",
                violation_error_message=_("Vous êtes déjà sur la liste d’attente de cet objet."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="a_wait_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} waits for {self.thing_id}"


class DamageNote(SpaceModel):
    """Damage or missing parts reported by a party of a loan, with pictures."""

    RETENTION = retention.WITH_PARENT

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="damage_notes")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="a_damage_note_says_something"
            )
        ]

    def __str__(self) -> str:
        return f"damage on {self.loan_id}"


class LendingPicture(PrivatePicture):
    """A picture of a thing or of damage, or of an incomplete form."""

    thing = models.ForeignKey(
        Thing, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures"
    )
    damage_note = models.ForeignKey(
        DamageNote, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures"
    )

    folder = "lending"
    older_folders = ("classifieds",)  # for things formerly posted as classifieds
    address = "lending:picture"
    drafts = models.Q(thing=None, damage_note=None)

    class Meta(PrivatePicture.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(thing=None) | models.Q(damage_note=None),
                name="a_picture_shows_one_subject_only",
            )
        ]
        indexes = [
            models.Index(fields=["thing"], name="pictures_of_a_thing"),
        ]
