"""Invoices and credit notes: no number is missing, nothing changes, both sides as they were."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.models.disputes import Dispute
from billing.models.orders import Order, Sale, VatTreatment
from billing.models.shares import Refund
from billing.models.states import InvoiceState
from saas.kernel import retention
from saas.kernel.models import SharedModel


class InvoiceSeries(SharedModel):
    """A series of numbers without a gap; its row is locked while the next number is assigned."""

    RETENTION = retention.TEN_YEARS

    code = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)
    last_issued_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class Invoice(SharedModel):
    """An invoice, or a credit note for a part of an invoice."""

    RETENTION = retention.TEN_YEARS

    class Kind(models.TextChoices):
        """Which of the two."""

        INVOICE = "invoice", _("Facture")
        CREDIT_NOTE = "credit_note", _("Avoir")

    State = InvoiceState

    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="invoices")
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=11, choices=Kind)
    state = models.CharField(max_length=15, choices=State, default=State.ISSUED)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="invoices")
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="credit_note"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_notes"
    )
    seller = models.JSONField()
    buyer = models.JSONField()
    net_cents = models.PositiveBigIntegerField()
    vat_cents = models.PositiveBigIntegerField()
    gross_cents = models.PositiveBigIntegerField()
    vat_rate_bp = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    paid_at = models.DateTimeField()
    served_from = models.DateField()
    served_until = models.DateField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    vat_treatment = models.CharField(
        max_length=14,
        choices=VatTreatment,
        default=VatTreatment.DOMESTIC,
        db_default=VatTreatment.DOMESTIC,
    )
    dispute = models.ForeignKey(
        Dispute,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        db_index=False,
    )
    pdf = models.CharField(max_length=200, blank=True, default="", db_default="")
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    xml_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    rendered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "serial"], name="a_number_of_a_series_is_given_once"
            ),
            models.CheckConstraint(
                condition=models.Q(gross_cents=models.F("net_cents") + models.F("vat_cents")),
                name="an_invoice_is_net_and_vat_together",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="invoice", corrects__isnull=True, refund__isnull=True)
                | models.Q(kind="credit_note", corrects__isnull=False),
                name="a_credit_note_names_the_invoice_it_corrects",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=InvoiceState.values),
                name="an_invoice_is_in_a_known_state",
            ),
            models.UniqueConstraint(
                fields=["sale"],
                condition=models.Q(kind="invoice"),
                name="a_sale_has_exactly_one_invoice",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(rendered_at__isnull=True),
                name="invoices_without_a_file",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(mailed_at__isnull=True),
                name="invoices_nobody_was_told_of",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the page that shows and prints it."""
        return reverse(
            "billing:invoice", urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=[self.number]
        )


class InvoiceLine(SharedModel):
    """A line of an invoice, before VAT."""

    RETENTION = retention.TEN_YEARS

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    description = models.CharField(max_length=200)
    net_cents = models.PositiveBigIntegerField()
    vat_cents = models.PositiveBigIntegerField(null=True, blank=True)
    list_cents = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.description
