"""Reports of merchants and their ads, which operators answer; they name no member."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models.campaigns import Campaign
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, one_of, reference
from tenants.spaces.models import Tenant

REPORT_RETENTION = dt.timedelta(days=365)
"""A report is kept for a year after its answer, as cases of moderation are in spaces."""


def report_reference() -> str:
    """Return a new public reference of a report."""
    return reference("SG")


class ReportAnswer(SharedModel):
    """Operator's answer to all reports of a shop or an ad, or a shop's restoration.

    It concerns an ad if `campaign` is set, else the merchant's page.
    """

    RETENTION = retention.by_room(REPORT_RETENTION)

    class Outcome(models.TextChoices):
        """The fate of the shop or the ad."""

        KEPT = "kept", _("Rien à retirer")
        REMOVED = "removed", _("Retiré")
        RESTORED = "restored", _("Rétabli")

    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=8, choices=Outcome)
    words = models.CharField(max_length=200)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["-answered_at", "-id"]
        indexes = [
            models.Index(
                fields=["answered_at"],
                condition=models.Q(mailed_at=None),
                name="report_answers_to_mail",
            ),
            models.Index(fields=["merchant", "-answered_at"], name="report_answers_of_a_shop"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=one_of("outcome", ["kept", "removed", "restored"]),
                name="an_answer_keeps_removes_or_restores",
            ),
            models.CheckConstraint(
                condition=~models.Q(words=""),
                name="an_answer_to_reports_says_why",
                violation_error_message=_("Dites pourquoi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.campaign_id or self.merchant_id}"


class CatalogueReport(SharedModel):
    """Report of a shop or an ad from a space: subject and reason, never its author.

    It concerns an ad if `campaign` is set, else the merchant's page. Each is from a single member:
    their identity is stored only in their space.
    """

    RETENTION = retention.by_room(REPORT_RETENTION)

    class Reason(models.TextChoices):
        """The fault that a member finds."""

        MISLEADING = "misleading", _("C’est trompeur")
        FORBIDDEN = "forbidden", _("Une vente que la loi interdit")
        OFFENSIVE = "offensive", _("C’est choquant, ou injurieux")
        CLOSED = "closed", _("Ce commerce est fermé, ou n’existe pas")
        OTHER = "other", _("Autre chose")

    reference = models.CharField(max_length=12, unique=True, default=report_reference)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=10, choices=Reason)
    words = models.CharField(max_length=500, blank=True)
    reported_at = models.DateTimeField()
    answer = models.ForeignKey(
        ReportAnswer, on_delete=models.CASCADE, null=True, blank=True, related_name="reports"
    )

    class Meta:
        ordering = ["reported_at", "id"]
        indexes = [
            models.Index(
                fields=["merchant", "campaign"],
                condition=models.Q(answer=None),
                name="catalogue_reports_that_wait",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=one_of(
                    "reason", ["misleading", "forbidden", "offensive", "closed", "other"]
                ),
                name="a_catalogue_report_has_a_known_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="other") | ~models.Q(words=""),
                name="another_reason_against_a_shop_is_said_in_words",
                violation_error_message=_("Dites en quelques mots ce qui ne va pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.reason}"
