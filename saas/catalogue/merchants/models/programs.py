"""Tokens with which a merchant's programs read reports and redeem codes."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models.shops import Merchant
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def program_reference() -> str:
    """Return a new public reference of a merchant's token."""
    return reference("JM")


class ProgramToken(SharedModel):
    """Token of a shop within its scopes, stored as a hash; it expires within a year."""

    RETENTION = retention.WITH_SERVICE

    reference = models.CharField(max_length=12, unique=True, default=program_reference)
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    scopes = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "name"],
                condition=models.Q(revoked_at=None),
                name="a_token_of_a_shop_has_its_own_name",
                violation_error_message=_("Un jeton porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("made_at") + timedelta(days=366)),
                name="a_token_of_a_shop_ends_within_a_year",
                violation_error_message=_("Un jeton vaut un an au plus."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
