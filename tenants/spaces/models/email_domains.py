"""Mail domains that a space claims for its people, and the mailboxes that confirmed them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel
from tenants.spaces.models.spaces import Company, Tenant


class EmailDomainClaim(SharedModel):
    """A mail domain that a space claims: proven after a reader of a mailbox in it confirms.

    It admits no people; the `EmailDomain` written at the confirmation does. Afterwards it records
    the confirming mailbox.
    """

    RETENTION = retention.WITH_SERVICE

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="email_domain_claims")
    company = models.ForeignKey(
        Company,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="email_domain_claims",
    )
    domain = models.CharField(max_length=253)
    email = models.EmailField()
    language = models.CharField(max_length=2, default="fr")
    nonce = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # When the link was mailed to the mailbox.
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "domain"],
                name="a_space_asks_for_a_mail_domain_once",
                violation_error_message=_("Ce domaine est déjà dans votre liste."),
            ),
        ]

    def __str__(self) -> str:
        return self.domain
