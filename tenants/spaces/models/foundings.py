"""Foundings, and the blueprint of a schema."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, reference
from saas.kernel.values import legal
from tenants.spaces.models.spaces import Tenant


def founding_reference() -> str:
    """Return a new reference of a founding."""
    return reference("FO")


class Founding(SharedModel):
    """The founding of a space: the answers so far, and the progress of the building."""

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """The states of the founding; `failed` can be tried again."""

        STARTED = "started", _("Adresse à confirmer")
        CONFIRMED = "confirmed", _("Adresse confirmée")
        DESCRIBED = "described", _("Entreprise décrite")
        NAMED = "named", _("Adresse web réservée")
        QUEUED = "queued", _("En attente de construction")
        BUILDING = "building", _("En construction")
        BUILT = "built", _("Construit")
        FAILED = "failed", _("Construction interrompue")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=founding_reference)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    email = models.EmailField()
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    language = models.CharField(max_length=2, default="fr")
    token_hash = models.CharField(max_length=64, unique=True)
    token_expires_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Tenant.Kind, default=Tenant.Kind.COMPANY)
    description = models.JSONField(default=dict)
    slug = models.CharField(max_length=40, blank=True)
    accent = models.CharField(max_length=7, default="#0b5f63")
    password = models.CharField(max_length=128, blank=True)
    tenant = models.OneToOneField(
        Tenant, on_delete=models.SET_NULL, null=True, blank=True, related_name="founding"
    )
    progress = models.JSONField(default=list)
    failure = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    built_at = models.DateTimeField(null=True, blank=True)
    link_mailed_at = pending_mail.mailed_at()
    ready_mailed_at = pending_mail.mailed_at()
    # The agreement on data that the employer accepted when the founding began.
    dpa_version = legal.version_column()
    dpa_digest = legal.digest_column()
    dpa_accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                condition=~models.Q(slug=""),
                name="a_subdomain_is_reserved_by_one_founding",
                violation_error_message=_("Cette adresse vient d’être prise."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="built") | models.Q(tenant__isnull=False),
                name="a_built_founding_has_its_space",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.slug or self.email}"


class Blueprint(SharedModel):
    """The script for the schema of a space, created a single time for each state of the migrations.

    The latest blueprint counts: a process with another version of the code founds no space.
    """

    RETENTION = retention.WITH_SERVICE

    migrations_hash = models.CharField(max_length=64, unique=True)
    script = models.TextField()
    facts = models.JSONField(null=True)  # facts of its schema, to name the differences
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.migrations_hash[:12]
