"""Operators of Troovon, and the reminders sent to them."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel


class Operator(SharedModel):
    """Account in the public schema that may use the console."""

    RETENTION = retention.WITH_SERVICE

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"operator {self.user_id}"


class FactorReset(SharedModel):
    """A second factor that an operator removed for a merchant or a council member, and why."""

    RETENTION = retention.after(dt.timedelta(days=5 * retention.DAYS_A_YEAR), since="at")

    class Proof(models.TextChoices):
        """Proof of the requester's identity."""

        PAPER = "paper", _("Une pièce")
        CALL = "call", _("Un appel, vers un numéro connu")

    shop = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    place = models.CharField(max_length=63, blank=True)  # the slug of a space
    person = models.CharField(max_length=12)  # the public reference
    proof = models.CharField(max_length=5, choices=Proof)
    note = models.CharField(max_length=280)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(shop=None) ^ models.Q(place=""),
                name="a_factor_is_reset_in_a_shop_or_in_a_space",
            ),
            models.CheckConstraint(
                condition=~models.Q(note=""), name="a_reset_of_a_factor_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"factor of {self.person} reset"


class QueueReminder(SharedModel):
    """Row pending in an operators' queue, and the time of the mail about it.

    A new row is mailed once, and again a day before its deadline. For a row without a deadline,
    `deadline_at` is the time since when it is pending.
    """

    RETENTION = retention.by_room(dt.timedelta(days=90))

    queue = models.CharField(max_length=20)
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    is_new = models.BooleanField(default=False)
    deadline_at = models.DateTimeField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["deadline_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "reference", "is_new", "deadline_at"],
                name="operators_are_reminded_once_of_a_deadline",
            )
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.reference}"
