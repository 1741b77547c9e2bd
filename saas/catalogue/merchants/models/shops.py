"""Merchants, their hours, and the views of them that spaces may read."""

import datetime as dt
import uuid
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, reference
from saas.kernel.search.sorting import SortKey
from saas.kernel.values import legal
from tenants.spaces.models import Place

# A shop open over midnight closes by this hour; a later hour is taken for a typing error.
LATEST_ON_THE_MORROW = dt.time(8)


def merchant_reference() -> str:
    """Return a new public reference of a merchant."""
    return reference("ME")


def unidentified() -> str:
    """Return the placeholder of a shop that operators have yet to see."""
    return f"draft:{uuid.uuid4()}"


class Category(models.TextChoices):
    """The categories of merchants, as people look for them at a break."""

    BAKERY = "bakery", _("Boulangerie")
    RESTAURANT = "restaurant", _("Restaurant")
    CAFE = "cafe", _("Café")
    GROCERY = "grocery", _("Alimentation")
    SPORT = "sport", _("Sport")
    BIKES = "bikes", _("Vélos")
    BOOKS = "books", _("Librairie")
    HEALTH = "health", _("Santé")
    BEAUTY = "beauty", _("Beauté")
    CLEANING = "cleaning", _("Pressing")
    FLOWERS = "flowers", _("Fleurs")
    SERVICES = "services", _("Services")
    OTHER = "other", _("Autre commerce")


class Signup(SharedModel):
    """Sign-up for a merchant's desk; its address is still to be confirmed."""

    RETENTION = retention.WITH_SERVICE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField()
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    password = models.CharField(max_length=128)
    language = models.CharField(max_length=2, default="fr")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()
    cgv_version = legal.version_column()
    cgv_digest = legal.digest_column()

    def __str__(self) -> str:
        return f"{self.email} since {self.asked_at:%Y-%m-%d}"


class Seat(NamedTuple):
    """The registered address of a business."""

    street: str
    postcode: str
    city: str


class Merchant(Place):
    """Shop, described by the person that signed it up."""

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """Whether spaces see it."""

        DRAFT = "draft", _("Brouillon")
        WAITING = "waiting", _("En cours d’examen")
        REFUSED = "refused", _("À corriger")
        PUBLISHED = "published", _("Publié")
        BLOCKED = "blocked", _("Bloqué")

    reference = models.CharField(max_length=12, unique=True, default=merchant_reference)
    slug = models.SlugField(max_length=60, unique=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=10, choices=Category)
    description = models.TextField(max_length=600, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    website = models.URLField(max_length=200, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    legal_name = models.CharField(max_length=120)
    siren = models.CharField(max_length=9)
    vat_number = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, default="FR", db_default="FR")
    seat_street = models.CharField(max_length=120, blank=True, default="", db_default="")
    seat_postcode = models.CharField(max_length=10, blank=True, default="", db_default="")
    seat_city = models.CharField(max_length=80, blank=True, default="", db_default="")
    billing_email = models.EmailField()
    stripe_customer = models.CharField(max_length=60, blank=True)
    # Start of this VAT number: only later VIES answers confirm it. Then the time of the next VIES
    # check; null if there is nothing to check.
    vat_number_since = models.DateTimeField(null=True, blank=True, editable=False)
    vat_ask_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Facts that VAT depends on: start of the present establishment, last time the business was
    # established in France, and its postal address there.
    establishment_since = models.DateTimeField(null=True, blank=True, editable=False)
    in_france_until = models.DateTimeField(null=True, blank=True, editable=False)
    address_in_france = models.CharField(
        max_length=240, blank=True, default="", db_default="", editable=False
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    # Business number and address in comparable form: unique among the shops submitted for review,
    # then or earlier. A draft has a placeholder, so that it does not block the rightful shop.
    identity = models.CharField(max_length=200, unique=True, default=unidentified)
    # Since when its ads and its page go live at once, and are seen after.
    trusted_at = models.DateTimeField(null=True, blank=True)
    review_asked_at = models.DateTimeField(null=True, blank=True)
    review_due_at = models.DateTimeField(null=True, blank=True)
    review_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    seen_at = models.DateTimeField(null=True, blank=True)  # by an operator
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_mailed_at = pending_mail.mailed_at()
    # Since when its owners show its page to everybody, on the public site.
    opened_at = models.DateTimeField(null=True, blank=True)
    # Since when its owners take no weekly mail of figures.
    weekly_stopped_at = models.DateTimeField(null=True, blank=True)
    # Days on which it is shut beside its usual week.
    open_on_holidays = models.BooleanField(default=False, db_default=False)
    closed_from = models.DateField(null=True, blank=True)
    closed_until = models.DateField(null=True, blank=True)
    # The shop that stays, if this one was a double of it.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # Changes to the page of a published, untrusted shop, until operators have reviewed them.
    proposed = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = [SortKey("name")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="waiting") | models.Q(review_due_at__isnull=False),
                name="a_shop_that_waits_says_until_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(review_reason=""),
                name="a_refused_shop_says_why",
                violation_error_message=_("Dites pourquoi\u00a0: le commerçant le lit."),
            ),
            models.CheckConstraint(
                condition=models.Q(closed_from=None, closed_until=None)
                | models.Q(closed_until__gte=models.F("closed_from")),
                name="a_closing_of_a_shop_ends_after_it_begins",
                violation_error_message=_("La fin de la fermeture suit le début."),
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(state="blocked"),
                name="a_merged_shop_is_blocked",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
                name="a_published_shop_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seat(self) -> Seat:
        """Return the postal address: the business's seat if it has an address, else the shop's."""
        if self.seat_street:
            return Seat(self.seat_street, self.seat_postcode, self.seat_city)
        return Seat(self.street, self.postcode, self.city)


class VatCheck(SharedModel):
    """Answer of VIES about the registration of a VAT number: append-only.

    `consultation_number` is the proof of the request and of its sender (`requester_number`, ours).
    """

    RETENTION = retention.WITH_SERVICE

    class Answer(models.TextChoices):
        """Answers of VIES about a number, or its silence."""

        YES = "yes", _("Oui")
        NO = "no", _("Non")
        UNREACHABLE = "unreachable", _("Pas de réponse")

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="vat_checks")
    number = models.CharField(max_length=16)
    answer = models.CharField(max_length=11, choices=Answer)
    asked_at = models.DateTimeField()
    # User that requested the check; empty if the scheduler did.
    asked_by = models.CharField(max_length=12, blank=True)
    consultation_number = models.CharField(max_length=40, blank=True)
    requester_number = models.CharField(max_length=16, blank=True)
    registered_name = models.CharField(max_length=200, blank=True)
    registered_address = models.CharField(max_length=300, blank=True)
    failure = models.CharField(max_length=100, blank=True)
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__in=["yes", "no", "unreachable"]),
                name="vies_says_yes_or_no_or_does_not_answer",
            ),
            models.CheckConstraint(
                condition=~models.Q(answer="unreachable") | ~models.Q(failure=""),
                name="no_answer_of_vies_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "number", "-asked_at"], name="vat_checks_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.answer} {self.asked_at:%Y-%m-%d}"


class OpeningHours(SharedModel):
    """Opening hours of a merchant on a weekday (Monday is 0); may end the next day."""

    RETENTION = retention.WITH_SERVICE

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens"))
                | models.Q(closes__lt=models.F("opens"), closes__lte=LATEST_ON_THE_MORROW),
                name="a_shop_closes_after_it_opens",
                violation_error_message=_("L’heure de fermeture suit l’heure d’ouverture."),
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="a_week_has_seven_days"
            ),
            models.UniqueConstraint(
                fields=["merchant", "weekday", "opens"], name="a_shop_opens_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class PublishedHours(models.Model):
    """Opening hours of a published merchant, as every space may read them."""

    merchant_id = models.BigIntegerField()
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        managed = False
        db_table = "merchants_published_hours"
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class PublishedMerchant(models.Model):
    """Published merchant as every space may read it: a view without private columns.

    `cell` is the number of its square of a hundredth of a degree. Spaces search for whole cells:
    through a view with a security barrier, PostgreSQL uses an index for equality only.
    """

    reference = models.CharField(max_length=12)
    slug = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    category = models.CharField(max_length=10, choices=Category)
    description = models.TextField()
    phone = models.CharField(max_length=20)
    website = models.CharField(max_length=200)
    picture = models.CharField(max_length=200)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    city = models.CharField(max_length=80)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    cell = models.BigIntegerField()
    open_on_holidays = models.BooleanField()
    closed_from = models.DateField(null=True)
    closed_until = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "merchants_published"
        ordering = [SortKey("name")]

    def __str__(self) -> str:
        return self.name
