"""Proofs of spaces, how many of their members are active, and addresses that want no invitation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel
from tenants.spaces.models.addresses import proof
from tenants.spaces.models.spaces import Tenant


class SpaceStanding(SharedModel):
    """The proof of a space, and the counts that merchants' prices and invitations depend on.

    A space without a row is new. `active_members` is a count of the last 30 days; the members
    themselves are known in their space alone.
    """

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """The states of the proof; a refused space may still prove its mail domain by DNS."""

        NEW = "new", _("Nouveau")
        ASKED = "asked", _("À vérifier")
        PROVEN = "proven", _("Vérifié")
        REFUSED = "refused", _("Refusé")

    class Way(models.TextChoices):
        """The ways of proving a space."""

        DNS = "dns", _("Domaine e-mail, par DNS")
        LETTER = "letter", _("SIREN et courrier")
        CALL = "call", _("SIREN et appel")

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="standing")
    state = models.CharField(max_length=7, choices=State, default=State.NEW, db_default=State.NEW)
    way = models.CharField(max_length=6, choices=Way, blank=True, default="", db_default="")
    # The text for the DNS of a mail domain of the space, and the last response from DNS.
    token = models.CharField(max_length=43, default=proof)
    checked_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=20, blank=True, default="", db_default="")
    proven_domain = models.CharField(max_length=253, blank=True, default="", db_default="")
    # Words in its names that an operator reads before it invites anybody.
    flagged = models.CharField(max_length=200, blank=True, default="", db_default="")
    contact = models.CharField(max_length=200, blank=True, default="", db_default="")
    asked_by = models.CharField(max_length=160, blank=True, default="", db_default="")
    asked_at = models.DateTimeField(null=True, blank=True)
    # An operator decides by then.
    due_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=160, blank=True, default="", db_default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=280, blank=True, default="", db_default="")
    # When its administrators were told of the decision.
    mailed_at = pending_mail.mailed_at()
    active_members = models.PositiveIntegerField(default=0, db_default=0)
    counted_at = models.DateTimeField(null=True, blank=True)
    # The invitations mailed on a day, in total and to addresses outside the space's mail domains.
    invited_on = models.DateField(null=True, blank=True)
    invited = models.PositiveIntegerField(default=0, db_default=0)
    invited_outside = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="asked")
                | models.Q(asked_at__isnull=False, due_at__isnull=False),
                name="a_proof_that_is_asked_for_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["proven", "refused"])
                | models.Q(decided_at__isnull=False),
                name="a_decided_proof_says_since_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(note=""),
                name="a_refused_space_reads_why",
                violation_error_message=_("Dites pourquoi\u00a0: l’espace le lit."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="proven") | ~models.Q(way=""),
                name="a_proven_space_says_how",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="asked"),
                name="spaces_to_prove_by_deadline",
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.tenant_id}"


class InvitationStop(SharedModel):
    """An address that wants no invitation of any space, for ever; only its hash is kept."""

    RETENTION = retention.WITH_SERVICE

    address_hash = models.CharField(max_length=64, unique=True)
    stopped_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.address_hash[:8]
