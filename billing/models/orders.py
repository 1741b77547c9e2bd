"""Orders of merchants, their checkouts, and the sale created by a paid order."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models.councils import Council, ShareTerms
from billing.models.offers import PromotionCode
from billing.models.states import OrderState, PaymentState
from billing.models.subscriptions import Subscription
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, Flight
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, reference
from saas.kernel.values import legal

FRENCH_VAT_BP = 2_000


def order_reference() -> str:
    """Return a new public reference of an order."""
    return reference("OR")


class VatTreatment(models.TextChoices):
    """The party that owes the tax on an order."""

    DOMESTIC = "domestic", _("TVA française")
    REVERSE_CHARGE = "reverse_charge", _("Autoliquidation")


class Order(SharedModel):
    """A merchant's agreement to pay a price for a campaign."""

    RETENTION = retention.TEN_YEARS

    LASTS = dt.timedelta(days=7)

    State = OrderState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=order_reference)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    net_cents = models.PositiveBigIntegerField()
    vat_cents = models.PositiveBigIntegerField()
    gross_cents = models.PositiveBigIntegerField()
    vat_rate_bp = models.PositiveIntegerField(default=FRENCH_VAT_BP)
    vat_treatment = models.CharField(
        max_length=14,
        choices=VatTreatment,
        default=VatTreatment.DOMESTIC,
        db_default=VatTreatment.DOMESTIC,
    )
    list_net_cents = models.PositiveBigIntegerField(null=True, blank=True)
    promotion = models.ForeignKey(
        PromotionCode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_index=False,
    )
    subscription = models.ForeignKey(
        Subscription,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        db_index=False,
    )
    tariff_version = models.PositiveIntegerField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    checkout_asked_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    # The conditions of sale that were accepted with it, when it was placed.
    cgv_version = legal.version_column()
    cgv_digest = legal.digest_column()

    class Meta:
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gross_cents=models.F("net_cents") + models.F("vat_cents")),
                name="an_order_is_net_and_vat_together",
            ),
            models.CheckConstraint(
                condition=models.Q(gross_cents__gt=0), name="an_order_costs_something_at_least"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OrderState.values),
                name="an_order_is_in_a_known_state",
            ),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=~models.Q(state=OrderState.CANCELLED),
                name="a_campaign_is_ordered_only_once",
                violation_error_message=_("Cette campagne a déjà sa commande."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the page where its merchant follows it."""
        return reverse(
            "billing:order", urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=[self.reference]
        )

    @property
    def transfer_group(self) -> str:
        """The group that ties the charge and its transfers together at Stripe."""
        return f"order_{self.uuid}"


class OrderLine(SharedModel):
    """The price of a flight in an order, before VAT."""

    RETENTION = retention.TEN_YEARS

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200)
    net_cents = models.PositiveBigIntegerField()
    list_cents = models.PositiveBigIntegerField(null=True, blank=True)
    vat_cents = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "flight"], name="a_flight_has_one_line_in_an_order"
            )
        ]

    def __str__(self) -> str:
        return self.description


class Payment(SharedModel):
    """A Checkout session of an order, or the invoice of a month that Stripe collects by itself.

    `session_id` is the id of either.
    """

    RETENTION = retention.TEN_YEARS

    State = PaymentState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    state = models.CharField(max_length=10, choices=State, default=State.OPENED)
    is_duplicate = models.BooleanField(default=False)
    session_id = models.CharField(max_length=120, unique=True)
    url = models.URLField(max_length=2_000)
    amount_cents = models.PositiveBigIntegerField()
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True, blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    method = models.CharField(max_length=20, blank=True)
    payment_intent = models.CharField(max_length=60, blank=True)
    charge = models.CharField(max_length=60, blank=True)
    balance_transaction = models.CharField(max_length=60, blank=True)
    fee_cents = models.PositiveBigIntegerField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    stripe_invoice = models.CharField(max_length=60, blank=True, default="", db_default="")
    debited_on = models.DateField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=PaymentState.values),
                name="a_payment_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PaymentState.SUCCEEDED) | ~models.Q(charge=""),
                name="a_payment_that_succeeded_has_its_charge",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state=PaymentState.SUCCEEDED, is_duplicate=False),
                name="an_order_is_paid_by_one_payment",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state=PaymentState.OPENED),
                name="an_order_has_one_open_session",
            ),
        ]
        indexes = [
            models.Index(fields=["payment_intent"], name="payments_by_payment_intent"),
            models.Index(
                fields=["stripe_invoice"],
                condition=~models.Q(stripe_invoice=""),
                name="payments_by_invoice_of_stripe",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(
                    state__in=[PaymentState.PROCESSING, PaymentState.FAILED],
                    method="sepa_debit",
                    mailed_at=None,
                ),
                name="debits_to_be_told",
            ),
        ]

    def __str__(self) -> str:
        return self.session_id


class Sale(SharedModel):
    """A collected payment: the sale, and the amount returned of it."""

    RETENTION = retention.TEN_YEARS

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="sales")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="sale")
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    net_cents = models.PositiveBigIntegerField()
    vat_cents = models.PositiveBigIntegerField()
    gross_cents = models.PositiveBigIntegerField()
    refunded_cents = models.PositiveBigIntegerField(default=0)
    disputed_cents = models.PositiveBigIntegerField(default=0, db_default=0)
    transfer_group = models.CharField(max_length=60)
    collected_at = models.DateTimeField()

    class Meta:
        ordering = ["-collected_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gross_cents=models.F("net_cents") + models.F("vat_cents")),
                name="a_sale_is_net_and_vat_together",
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_cents__lte=models.F("gross_cents")),
                name="a_sale_is_refunded_no_further_than_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"sale of {self.collected_at:%Y-%m-%d}"


class SaleTerms(SharedModel):
    """The terms of the day of a payment, for a flight and a council; never read again."""

    RETENTION = retention.TEN_YEARS

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="terms")
    flight = models.ForeignKey(Flight, on_delete=models.PROTECT, related_name="+")
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="+")
    terms = models.ForeignKey(ShareTerms, on_delete=models.PROTECT, related_name="+")
    net_cents = models.PositiveBigIntegerField()
    rate_bp = models.PositiveIntegerField()
    weight = models.PositiveIntegerField()
    weight_total = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sale", "flight", "council"],
                name="a_flight_has_one_term_for_a_council",
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gt=0, weight__lte=models.F("weight_total")),
                name="a_weight_is_a_part_of_its_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.net_cents} at {self.rate_bp} bp"
