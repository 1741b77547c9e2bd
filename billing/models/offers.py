"""Promotion codes, and how much a merchant lets itself spend in a month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import retention
from saas.kernel.models import SharedModel


class PromotionCode(SharedModel):
    """A code that takes a part or an amount off the net price of an order."""

    RETENTION = retention.TEN_YEARS

    code = models.CharField(max_length=20, unique=True)
    note = models.CharField(max_length=200, blank=True)
    percent_bp = models.PositiveIntegerField(null=True, blank=True)
    amount_cents = models.PositiveBigIntegerField(null=True, blank=True)
    least_net_cents = models.PositiveBigIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    most_uses = models.PositiveIntegerField(null=True, blank=True)
    once_per_merchant = models.BooleanField(default=True)
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent_bp__isnull=True, amount_cents__gt=0)
                | models.Q(percent_bp__gt=0, percent_bp__lte=10_000, amount_cents__isnull=True),
                name="a_code_takes_off_a_part_or_an_amount",
                violation_error_message=_("Un code retire un pourcentage ou un montant."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
                name="a_code_ends_after_it_begins",
                violation_error_message=_("La fin suit le début."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SpendLimit(SharedModel):
    """The most that a merchant lets itself spend in a calendar month, tax included."""

    RETENTION = retention.TEN_YEARS

    merchant = models.OneToOneField(Merchant, on_delete=models.PROTECT, related_name="+")
    limit_cents = models.PositiveBigIntegerField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(limit_cents__gt=0), name="a_limit_allows_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.limit_cents} a month"
