"""The VAT of the invoices that we write in councils' names, on its way to them or back."""

import uuid

from django.db import models

from billing.models.papers import Statement
from billing.models.states import TaxState
from billing.models.treasury import Payout
from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import SharedModel


class TaxPayment(SharedModel):
    """The VAT of an invoice in a council's name: due to it, or owed by it after a credit note.

    `netted_cents` is the part netted: with debts of the council, or with its money.
    """

    RETENTION = retention.TEN_YEARS

    State = TaxState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="tax")
    state = models.CharField(max_length=11, choices=State, default=State.DUE)
    amount_cents = models.PositiveBigIntegerField()
    netted_cents = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField()
    stripe_id = models.CharField(max_length=60, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    write_off_asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    write_off_asked_at = models.DateTimeField(null=True, blank=True)
    write_off_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=TaxState.values),
                name="a_tax_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0)
                & models.Q(netted_cents__lte=models.F("amount_cents")),
                name="a_tax_is_some_money_and_nets_no_more",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=TaxState.DONE)
                | models.Q(done_at__isnull=False) & ~models.Q(stripe_id=""),
                name="a_tax_that_is_paid_has_its_number",
            ),
            models.UniqueConstraint(
                fields=["stripe_id"],
                condition=~models.Q(stripe_id=""),
                name="a_transfer_of_tax_is_kept_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.statement_id}"

    @property
    def left_cents(self) -> int:
        """Cents of tax still to be paid, in either direction."""
        return self.amount_cents - self.netted_cents


class TaxPart(SharedModel):
    """How much of a council's VAT is in a payment to its bank."""

    RETENTION = retention.TEN_YEARS

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="tax_parts")
    tax = models.ForeignKey(TaxPayment, on_delete=models.PROTECT, related_name="payout_parts")
    amount_cents = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="a_part_of_a_tax_is_some_money"
            ),
            models.UniqueConstraint(fields=["payout", "tax"], name="a_tax_is_once_in_a_payout"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.payout_id}"
