"""Offers, the single-use codes issued for them, and the counts of their use.

Nothing here leads to a member: a code belongs to an offer and a space, and has an expiry.
"""

import datetime as dt
import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.catalogue.merchants.models import DECIDED, Merchant, ReviewedWords
from saas.kernel import retention
from saas.kernel.models import SharedModel, one_of
from saas.kernel.models import reference as new_reference
from tenants.spaces.models import Tenant

CODE_LENGTH = 6


def offer_reference() -> str:
    """Return a new public reference of an offer."""
    return new_reference("OF")


class Rhythm(models.TextChoices):
    """Frequency with a limit for each member: codes of an offer per day or in total."""

    DAILY = "daily", _("Une fois par jour")
    ONCE = "once", _("Une seule fois")


class Offer(ReviewedWords):
    """Advantage that a merchant grants for a code of the offer shown at the till."""

    RETENTION = retention.WITH_SERVICE

    reference = models.CharField(max_length=12, unique=True, default=offer_reference)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    conditions = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    rhythm = models.CharField(max_length=5, choices=Rhythm, default=Rhythm.DAILY)
    most_uses = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="an_offer_ends_after_it_starts",
                violation_error_message=_("La fin suit le début."),
            ),
            models.CheckConstraint(
                condition=one_of("rhythm", Rhythm.values), name="an_offer_has_a_known_rhythm"
            ),
            models.CheckConstraint(
                condition=models.Q(most_uses=None) | models.Q(most_uses__gte=1),
                name="a_limited_offer_is_used_once_at_least",
                violation_error_message=_("Une limite est d’un code au moins."),
            ),
            models.CheckConstraint(
                condition=DECIDED & ~models.Q(review="none"),
                name="an_offer_says_when_and_why_it_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the offer at its merchant's desk."""
        return reverse("offers:detail", args=[self.reference])


class Voucher(SharedModel):
    """Code of an offer that a member of a space may show once, for ten minutes.

    It refers to the space and to no member. `redemption` is the idempotency key of the confirmation
    at the till: a confirmation sent twice is the same.
    """

    RETENTION = dt.timedelta(days=2)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=CODE_LENGTH)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    redemption = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="a_code_is_given_once"),
            models.UniqueConstraint(fields=["redemption"], name="a_confirmation_uses_one_code"),
            models.CheckConstraint(
                condition=models.Q(used_at=None, redemption=None)
                | models.Q(
                    used_at__isnull=False,
                    redemption__isnull=False,
                    used_at__lt=models.F("expires_at"),
                ),
                name="a_code_is_used_in_time_and_by_a_confirmation",
            ),
        ]

    def __str__(self) -> str:
        return f"code of {self.offer_id}"


class OfferDay(SharedModel):
    """How many codes of an offer, given in a space, were used on a day."""

    RETENTION = retention.WITH_SERVICE

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+", db_index=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    uses = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day", "tenant_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "day", "tenant"],
                name="an_offer_has_one_row_for_a_space_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.day}"


class Till(SharedModel):
    """Link for a merchant's staff without an account, to redeem codes.

    It gives no other right. The link is signed and contains `nonce`: a new nonce revokes all
    earlier links.
    """

    RETENTION = retention.WITH_SERVICE

    merchant = models.OneToOneField(Merchant, on_delete=models.CASCADE, related_name="+")
    nonce = models.UUIDField(unique=True, default=uuid.uuid4)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"till of {self.merchant_id}"


class PublishedOffer(models.Model):
    """An offer of a published merchant as every space may read it: a view."""

    merchant_id = models.BigIntegerField()
    reference = models.CharField(max_length=12)
    title = models.CharField(max_length=80)
    conditions = models.CharField(max_length=300)
    starts_on = models.DateField()
    ends_on = models.DateField()
    rhythm = models.CharField(max_length=5, choices=Rhythm)
    is_withdrawn = models.BooleanField()

    class Meta:
        managed = False
        db_table = "offers_published"

    def __str__(self) -> str:
        return self.title
