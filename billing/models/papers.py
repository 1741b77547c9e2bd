"""Papers for councils' accounts: statements, and invoices that we write in their name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.councils import Council
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference
from saas.kernel.values import legal


def statement_reference() -> str:
    """Return a new public reference of a statement."""
    return reference("ST")


class Statement(SharedModel):
    """A statement of a council over a range of days, as issued; it never changes.

    A statement that invoices the council's share in its own name has a number of the council's own
    series, and frozen lines.
    """

    RETENTION = retention.TEN_YEARS

    reference = models.CharField(max_length=12, unique=True, default=statement_reference)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="statements")
    first_day = models.DateField()
    last_day = models.DateField()
    number = models.CharField(max_length=40, null=True, blank=True, unique=True)
    net_cents = models.BigIntegerField(default=0)
    vat_cents = models.BigIntegerField(default=0)
    opening_cents = models.BigIntegerField(default=0)
    closing_cents = models.BigIntegerField(default=0)
    lines = models.JSONField(null=True, blank=True)
    self_billing_version = legal.version_column()
    self_billing_digest = legal.digest_column()
    council_as_it_was = models.JSONField()
    seller = models.JSONField()
    pdf = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    xml_sha256 = models.CharField(max_length=64, blank=True)
    asked_by_name = models.CharField(max_length=121, blank=True)
    made_at = models.DateTimeField()
    rendered_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="a_statement_ends_after_it_begins",
                violation_error_message=_("La fin suit le début."),
            )
        ]

    def __str__(self) -> str:
        return self.reference
