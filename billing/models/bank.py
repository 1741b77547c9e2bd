"""Statements of our bank account: each line is booked once, with the payout or refund behind it."""

from django.conf import settings
from django.db import models

from billing.models.accounting import ManualEntry
from billing.models.ledger import LedgerTransaction
from billing.models.shares import Refund
from billing.models.treasury import Payout
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def bank_statement_reference() -> str:
    """Return a new public reference of a bank statement."""
    return reference("RB")


class BankStatement(SharedModel):
    """A file of our bank; `lines` is its content until an operator imports it.

    A job reads the file: before that its days are unknown. `failure` is a word of the opener.
    """

    RETENTION = retention.TEN_YEARS

    reference = models.CharField(max_length=12, unique=True, default=bank_statement_reference)
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=4, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    file = models.CharField(max_length=200)
    account = models.CharField(max_length=34, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=20, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    opening_cents = models.BigIntegerField(null=True, blank=True)
    closing_cents = models.BigIntegerField(null=True, blank=True)
    lines = models.JSONField(default=list, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last_day", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(imported_at=None)
                | models.Q(first_day__isnull=False, last_day__isnull=False, failure=""),
                name="a_statement_is_imported_after_it_is_read",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_read(self) -> bool:
        """Whether a job has read its lines."""
        return self.first_day is not None


class BankLine(SharedModel):
    """A line of our bank account, booked once; `place` counts equal lines of a day."""

    RETENTION = retention.TEN_YEARS

    class Kind(models.TextChoices):
        """The kind of match of a line."""

        PAYOUT = "payout"
        REFUND = "refund"
        PAPER = "paper"
        FEE = "fee"
        UNKNOWN = "unknown"

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="booked")
    booked_on = models.DateField()
    cents = models.BigIntegerField()
    place = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200, blank=True)
    bank_reference = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=7, choices=Kind)
    payout = models.OneToOneField(
        Payout, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_line"
    )
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_line"
    )
    entry = models.OneToOneField(
        ManualEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_line"
    )
    transaction = models.OneToOneField(
        LedgerTransaction, on_delete=models.PROTECT, related_name="bank_line"
    )

    class Meta:
        ordering = ["booked_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(cents=0), name="a_line_of_the_bank_is_some_money"
            ),
            models.UniqueConstraint(
                fields=["booked_on", "cents", "place"], name="a_line_of_the_bank_is_booked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%Y-%m-%d} {self.cents}"
