"""Corrections of shops by operators."""

from django.db import models

from saas.catalogue.merchants.models.shops import Merchant
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel


class Correction(SharedModel):
    """A column of a shop that an operator corrected, and why: added, never changed.

    Columns corrected together have the same moment; the first of them has the mail.
    """

    RETENTION = retention.WITH_SERVICE

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="corrections")
    column = models.CharField(max_length=20, default="pin", db_default="pin")
    before = models.CharField(max_length=600, blank=True)
    after = models.CharField(max_length=600, blank=True)
    reason = models.CharField(max_length=280)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="a_correction_of_a_shop_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
