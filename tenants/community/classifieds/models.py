"""Classifieds and their pictures."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, reference
from saas.kernel.private_pictures import PrivatePicture
from tenants.spaces import audiences

DRAFT = "classified"  # what drafts of its form are called


def classified_reference() -> str:
    """Return a new public reference of a classified."""
    return reference("PA")


class Classified(SpaceModel):
    """Something a colleague offers or looks for."""

    RETENTION = retention.after(
        dt.timedelta(days=365), since="closed_at", what=_("Annonces closes")
    )

    class Kind(models.TextChoices):
        """The kinds of classifieds."""

        SELL = "sell", _("À vendre")
        GIVE = "give", _("À donner")
        RENT = "rent", _("À louer")
        SWAP = "swap", _("À échanger")
        WANTED = "wanted", _("Recherché")
        SERVICE = "service", _("Service")

    class Service(models.TextChoices):
        """The kinds of services, for a classified of the kind service."""

        CHILDCARE = "childcare", _("Garde d’enfants")
        TUTORING = "tutoring", _("Cours et soutien")
        REPAIRS = "repairs", _("Réparations")
        PETS = "pets", _("Garde d’animaux")
        OTHER = "other", _("Autre service")

    class Unit(models.TextChoices):
        """The unit of the price, where it is not for the thing."""

        WHOLE = "whole", _("en tout")
        HOUR = "hour", _("l’heure")
        DAY = "day", _("la journée")
        MONTH = "month", _("le mois")

    Audience = audiences.Audience

    class Outcome(models.TextChoices):
        """How it ended, once its author closed it."""

        HERE = "here", _("Conclu entre collègues")
        ELSEWHERE = "elsewhere", _("Conclu ailleurs")
        NONE = "none", _("Plus d’actualité")
        EXPIRED = "expired", _("Arrivée à son terme")

    reference = models.CharField(max_length=12, unique=True, default=classified_reference)
    kind = models.CharField(max_length=8, choices=Kind)
    service = models.CharField(max_length=9, choices=Service, blank=True)
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    price_cents = models.PositiveBigIntegerField(null=True, blank=True)
    price_unit = models.CharField(max_length=5, choices=Unit, default=Unit.WHOLE)
    site_id = models.BigIntegerField(null=True, blank=True)
    place = models.CharField(max_length=60)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    closed_with = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reserved_for = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)
    audience = models.CharField(
        max_length=10, choices=Audience, default=Audience.SPACE, db_default=Audience.SPACE
    )
    company_id = models.BigIntegerField(null=True, blank=True)  # of its author, when it was posted
    on_screens = models.BooleanField(default=False, db_default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by moderation

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=(~models.Q(kind="give") & ~models.Q(kind="swap"))
                | models.Q(price_cents=None),
                name="what_is_given_or_swapped_has_no_price",
                violation_error_message=_("Un don ou un troc n’a pas de prix."),
            ),
            models.CheckConstraint(
                condition=models.Q(price_cents=None) | models.Q(price_cents__gt=0),
                name="a_price_is_more_than_nothing",
                violation_error_message=_("Pour 0 €, choisissez « À donner »."),
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, outcome="")
                | (models.Q(closed_at__isnull=False) & ~models.Q(outcome="")),
                name="a_closed_classified_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~models.Q(reserved_for=models.F("author")),
                name="nobody_reserves_their_own_thing",
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="service") & ~models.Q(service=""))
                | (~models.Q(kind="service") & models.Q(service="")),
                name="a_service_and_nothing_else_names_its_kind",
                violation_error_message=_("Choisissez le service que vous proposez."),
            ),
            models.CheckConstraint(
                condition=~models.Q(audience="company") | models.Q(company_id__isnull=False),
                name="what_a_company_sees_alone_names_it",
                violation_error_message=_("Dites dans votre profil pour qui vous travaillez."),
            ),
        ]
        indexes = [
            models.Index(fields=["author"], name="classifieds_of_a_member"),
            models.Index(
                fields=["-created_at"],
                condition=models.Q(closed_at=None),
                name="classifieds_on_the_board",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the classified's page."""
        return reverse("classifieds:detail", args=[self.reference])


class Picture(PrivatePicture):
    """A picture of a classified, or of an incomplete form."""

    classified = models.ForeignKey(
        Classified, on_delete=models.CASCADE, null=True, blank=True, related_name="pictures"
    )

    folder = "classifieds"
    address = "classifieds:picture"
    drafts = models.Q(classified=None)

    class Meta(PrivatePicture.Meta):
        indexes = [
            models.Index(fields=["classified"], name="pictures_of_a_classified"),
        ]


class Availability(SpaceModel):
    """Hours of a weekday at which a service is available; at most a single range a weekday.

    Monday is 1.
    """

    RETENTION = retention.WITH_PARENT

    id = RowNumber(primary_key=True)
    classified = models.ForeignKey(
        Classified, on_delete=models.CASCADE, related_name="availability"
    )
    weekday = models.PositiveSmallIntegerField()
    starts_minute = models.PositiveSmallIntegerField()
    ends_minute = models.PositiveSmallIntegerField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(
                fields=["classified", "weekday"],
                name="a_service_has_one_stretch_a_weekday",
                violation_error_message=_("Une seule plage par jour."),
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__gte=1, weekday__lte=7),
                name="a_weekday_is_one_to_seven",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_minute__lt=models.F("ends_minute"))
                & models.Q(ends_minute__lte=24 * 60),
                name="a_stretch_ends_after_it_starts",
                violation_error_message=_("La fin vient après le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"day {self.weekday}, {self.starts_minute}–{self.ends_minute}"


class Revision(SpaceModel):
    """The words of a classified before its author changed them; moderators read them."""

    RETENTION = retention.WITH_PARENT

    classified = models.ForeignKey(Classified, on_delete=models.CASCADE, related_name="revisions")
    title = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    price_cents = models.PositiveBigIntegerField(null=True, blank=True)
    replaced_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        ordering = ["-replaced_at", "-id"]
        indexes = [models.Index(fields=["classified"], name="revisions_of_a_classified")]

    def __str__(self) -> str:
        return f"{self.classified_id} before {self.replaced_at:%Y-%m-%d}"
