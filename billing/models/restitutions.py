"""Money that councils are given again once a lost dispute was won on appeal."""

import uuid

from django.db import models

from billing.models.disputes import Dispute
from billing.models.shares import Share
from billing.models.states import RestitutionState
from billing.models.treasury import Payout
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def restitution_reference() -> str:
    """Return a new public reference of a restitution."""
    return reference("RS")


class Restitution(SharedModel):
    """A part of a share taken by a lost dispute and regained for its council by an appeal.

    `netted_cents` is the part netted with the council's later debts.
    """

    RETENTION = retention.TEN_YEARS

    State = RestitutionState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=restitution_reference)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="restitutions")
    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="restitutions")
    state = models.CharField(max_length=7, choices=State, default=State.DUE)
    amount_cents = models.PositiveBigIntegerField()
    netted_cents = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField()
    stripe_id = models.CharField(max_length=60, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "share"], name="a_share_is_restored_once_after_a_dispute"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RestitutionState.values),
                name="a_restitution_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0)
                & models.Q(netted_cents__lte=models.F("amount_cents")),
                name="a_restitution_gives_something_and_nets_no_more",
            ),
            models.UniqueConstraint(
                fields=["stripe_id"],
                condition=~models.Q(stripe_id=""),
                name="a_restitution_of_stripe_is_kept_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def left_cents(self) -> int:
        """Cents that the council is still to get."""
        return self.amount_cents - self.netted_cents


class RestitutionPart(SharedModel):
    """How much of a restitution is in a payment to its council's bank."""

    RETENTION = retention.TEN_YEARS

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="restitution_parts")
    restitution = models.ForeignKey(
        Restitution, on_delete=models.PROTECT, related_name="payout_parts"
    )
    amount_cents = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0),
                name="a_part_of_a_restitution_is_some_money",
            ),
            models.UniqueConstraint(
                fields=["payout", "restitution"], name="a_restitution_is_once_in_a_payout"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.payout_id}"
