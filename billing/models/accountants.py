"""Tokens with which the programs of an accountant read the books."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def accountant_token_reference() -> str:
    """Return a new public reference of an accountant's token."""
    return reference("JC")


class AccountantToken(SharedModel):
    """Lets the program of an accountant read the books, and nothing else; stored as a hash.

    An operator makes it for a reason, and it ends within a year or when an operator revokes it.
    """

    RETENTION = retention.TEN_YEARS

    reference = models.CharField(max_length=12, unique=True, default=accountant_token_reference)
    name = models.CharField(max_length=60)
    reason = models.CharField(max_length=280)
    token_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=280, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at=None),
                name="an_accountants_token_in_use_has_its_own_name",
                violation_error_message=_("Un jeton porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="an_accountants_token_has_a_reason",
                violation_error_message=_("Dites pourquoi ce jeton est créé."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("made_at") + timedelta(days=366)),
                name="an_accountants_token_ends_within_a_year",
                violation_error_message=_("Un jeton vaut un an au plus."),
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_by=None, revoke_reason="")
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False)
                & ~models.Q(revoke_reason=""),
                name="an_accountants_token_is_revoked_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
