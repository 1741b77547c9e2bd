"""Papers and reports that go to the tax office through an approved platform, and come from it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.invoices import Invoice
from billing.models.states import EInvoiceState
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def einvoice_reference() -> str:
    """Return a new public reference of an electronic invoice."""
    return reference("EF")


class EInvoice(SharedModel):
    """An electronic invoice or a report, with its state of the French life cycle.

    An `invoice` is ours, deposited as Factur-X; a report holds sales that are reported to the tax
    office; a supplier's invoice is received. `key` is sent with each request about it, so that the
    platform processes a repeated request once. `answer` is the code of a status to be reported.
    """

    RETENTION = retention.TEN_YEARS

    class Kind(models.TextChoices):
        """The kind of document."""

        INVOICE = "invoice", _("Facture émise")
        REPORT = "report", _("Rapport de ventes")
        SUPPLIER = "supplier", _("Facture reçue")

    State = EInvoiceState

    reference = models.CharField(max_length=12, unique=True, default=einvoice_reference)
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.PREPARED)
    invoice = models.OneToOneField(
        Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="electronic"
    )
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    content = models.JSONField(default=dict, blank=True)
    platform_id = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    deposited_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    sendings = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=3, blank=True)
    file = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform_id"],
                condition=~models.Q(platform_id=""),
                name="a_flow_of_a_platform_is_kept_once",
            ),
            models.UniqueConstraint(
                fields=["first_day"],
                condition=models.Q(kind="report"),
                name="a_period_is_reported_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=EInvoiceState.values),
                name="an_electronic_invoice_is_in_a_known_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(next_at__isnull=False),
                name="electronic_invoices_to_send",
            )
        ]

    def __str__(self) -> str:
        return self.reference
