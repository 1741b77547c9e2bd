"""Corrections of shops by operators."""

from django.db import models

from saas.catalogue.merchants.models.shops import Merchant
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel


class Correction(SharedModel):
    """A pin of a shop that an operator moved, and why: added, never changed."""

    RETENTION = retention.WITH_SERVICE

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="corrections")
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
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
