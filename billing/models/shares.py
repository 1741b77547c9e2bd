"""Councils' shares of sales, their transfers to councils, and claims after a refund."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.councils import Council
from billing.models.disputes import Dispute
from billing.models.orders import Payment, Sale
from billing.models.states import ClaimState, RefundState, ShareState, TransferState
from saas.accounts.models import User
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, one_of, reference
from tenants.spaces.models import Tenant


def share_reference() -> str:
    """Return a new public reference of a share."""
    return reference("SH")


def refund_reference() -> str:
    """Return a new public reference of a refund."""
    return reference("RE")


class Share(SharedModel):
    """A council's part of a sale; `amount_cents` is its amount after refunds."""

    RETENTION = retention.TEN_YEARS

    State = ShareState

    reference = models.CharField(max_length=12, unique=True, default=share_reference)
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="shares")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=15, choices=State, default=State.HELD)
    amount_cents = models.PositiveBigIntegerField()
    netted_cents = models.PositiveBigIntegerField(default=0)
    is_due = models.BooleanField(default=False)
    release_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    transferred_at = models.DateTimeField(null=True, blank=True)
    aep_bp = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "council"], name="a_council_has_one_share_of_a_sale"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ShareState.values),
                name="a_share_is_in_a_known_state",
            ),
        ]
        indexes = [models.Index(fields=["state", "release_at"], name="shares_by_state_and_release")]

    def __str__(self) -> str:
        return self.reference

    @property
    def left_cents(self) -> int:
        """Cents not netted; an excess of netting over the final amount is owed elsewhere."""
        return max(self.amount_cents - self.netted_cents, 0)


class Transfer(SharedModel):
    """An attempt to send a share to its council's Stripe account."""

    RETENTION = retention.TEN_YEARS

    State = TransferState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="transfers")
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    amount_cents = models.PositiveBigIntegerField()
    stripe_id = models.CharField(max_length=60, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="a_transfer_moves_some_money"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=TransferState.values),
                name="a_transfer_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=TransferState.DONE)
                | models.Q(done_at__isnull=False) & ~models.Q(stripe_id=""),
                name="a_transfer_that_is_done_has_its_number",
            ),
            models.UniqueConstraint(
                fields=["share"],
                condition=~models.Q(state=TransferState.REFUSED),
                name="a_share_is_transferred_only_once",
            ),
            models.UniqueConstraint(
                fields=["stripe_id"],
                condition=~models.Q(stripe_id=""),
                name="a_transfer_of_stripe_is_kept_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(state=TransferState.DONE, mailed_at=None),
                name="transfers_to_be_told",
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id or str(self.uuid)


class Refund(SharedModel):
    """Money returned to the merchant.

    `refused_in` is a space with a council that refused the campaign, or a space that stopped
    showing it: only its flights bear the refund.
    """

    RETENTION = retention.TEN_YEARS

    State = RefundState

    class Origin(models.TextChoices):
        """The party that began it."""

        OPERATOR = "operator", _("opérateur")
        DASHBOARD = "dashboard", _("tableau de bord de Stripe")
        DUPLICATE = "duplicate", _("paiement en double")
        MERCHANT = "merchant", _("commerçant")
        WITHDRAWN = "withdrawn", _("campagne retirée")
        REFUSED = "refused", _("refus d’un CSE")
        DARK = "dark", _("écrans éteints ou rayon vide")
        ENDED = "ended", _("espace qui ferme")
        PART = "part", _("emplacement arrêté par le commerçant")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=refund_reference)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    sale = models.ForeignKey(
        Sale, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    state = models.CharField(max_length=15, choices=State, default=State.REQUESTED)
    origin = models.CharField(max_length=9, choices=Origin, default=Origin.OPERATOR)
    refused_in = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    amount_cents = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    stripe_id = models.CharField(max_length=60, blank=True)
    balance_transaction = models.CharField(max_length=60, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    paid_otherwise_at = models.DateTimeField(null=True, blank=True)
    paid_otherwise_how = models.CharField(max_length=120, blank=True, default="", db_default="")
    paid_otherwise_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="a_refund_gives_something_back"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RefundState.values),
                name="a_refund_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=one_of("origin", ["refused", "dark", "ended", "part"])
                & models.Q(refused_in__isnull=False)
                | models.Q(refused_in=None)
                & ~models.Q(origin="refused")
                & ~models.Q(origin="dark")
                & ~models.Q(origin="ended")
                & ~models.Q(origin="part"),
                name="what_a_space_refused_names_the_space",
            ),
            models.UniqueConstraint(
                fields=["stripe_id"],
                condition=~models.Q(stripe_id=""),
                name="a_refund_of_stripe_is_kept_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(
                    state__in=[RefundState.FAILED, RefundState.CANCELED],
                    accepted_at__isnull=False,
                    mailed_at=None,
                ),
                name="refunds_to_be_told",
            )
        ]

    def __str__(self) -> str:
        return self.reference


class Claim(SharedModel):
    """Money that a council gives back of a share after a refund or a lost dispute.

    `settled_cents` is the part returned so far.
    """

    RETENTION = retention.TEN_YEARS

    State = ClaimState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="claims")
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="claims"
    )
    state = models.CharField(max_length=11, choices=State, default=State.DUE)
    amount_cents = models.PositiveBigIntegerField()
    settled_cents = models.PositiveBigIntegerField(default=0)
    refusal = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    dispute = models.ForeignKey(
        Dispute,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        db_index=False,
    )
    write_off_asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    write_off_asked_at = models.DateTimeField(null=True, blank=True)
    write_off_because = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="a_claim_takes_something_back"
            ),
            models.CheckConstraint(
                condition=models.Q(settled_cents__lte=models.F("amount_cents")),
                name="a_claim_settles_no_more_than_it_claims",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ClaimState.values),
                name="a_claim_is_in_a_known_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["share"],
                condition=models.Q(state=ClaimState.OWED),
                name="claims_that_are_owed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.share_id}"

    @property
    def left_cents(self) -> int:
        """Cents that have not come back yet."""
        return self.amount_cents - self.settled_cents
