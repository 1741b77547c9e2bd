"""Payments that a buyer's bank contests."""

import uuid

from django.db import models

from billing.models.orders import Payment, Sale
from billing.models.states import DisputeState
from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def dispute_reference() -> str:
    """Return a new public reference of a dispute."""
    return reference("DI")


class Dispute(SharedModel):
    """A payment that the buyer's bank contests, as Stripe last said of it."""

    RETENTION = retention.TEN_YEARS

    State = DisputeState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=dispute_reference)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    sale = models.ForeignKey(
        Sale, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    state = models.CharField(max_length=22, choices=State)
    stripe_id = models.CharField(max_length=60, unique=True)
    amount_cents = models.PositiveBigIntegerField()
    fee_cents = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    evidence_text = models.TextField(max_length=5_000, blank=True)
    evidence_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    evidence_sent_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    counted_cents = models.PositiveBigIntegerField(default=0)
    settled_as = models.CharField(max_length=11, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="a_dispute_is_about_some_money"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=DisputeState.values),
                name="a_dispute_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(counted_cents__lte=models.F("amount_cents")),
                name="a_dispute_counts_no_more_than_it_is_about",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_as__in=["", "credit_note", "bad_debt"]),
                name="a_lost_dispute_is_settled_in_a_known_way",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(
                    state__in=[
                        DisputeState.NEEDS_RESPONSE,
                        DisputeState.WON,
                        DisputeState.LOST,
                        DisputeState.PREVENTED,
                    ],
                    mailed_at=None,
                ),
                name="disputes_to_be_told",
            )
        ]

    def __str__(self) -> str:
        return self.reference
