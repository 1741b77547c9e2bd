"""Names that a company wants its space to answer on, and their proof."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel import modules, retention
from saas.kernel.models import SharedModel
from saas.kernel.pending_mail import mailed_at
from tenants.spaces.models.spaces import Company, Tenant


def proof() -> str:
    """Return the text for the owner of a name to add to its DNS; unguessable, but not secret."""
    return secrets.token_urlsafe(24)


class DomainClaim(SharedModel):
    """A name that a space claims, until its DNS proves it."""

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """The states of the proof."""

        WAITING = "waiting", _("En attente de preuve")
        PROVEN = "proven", _("Prouvé")
        LOST = "lost", _("Preuve disparue")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="domain_claims")
    domain = models.CharField(max_length=253)
    proof = models.CharField(max_length=43, default=proof)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=280, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)
    # When the space was told that the proof is missing, or lost.
    mailed_at = mailed_at()

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "domain"], name="a_space_claims_a_name_once"),
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(state="proven"),
                name="a_name_is_proven_by_one_space",
                violation_error_message=_("Ce nom de domaine est déjà celui d’un autre espace."),
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class Change(SharedModel):
    """A change of a space itself: its name, its looks, its address."""

    RETENTION = retention.WITH_SERVICE

    class What(models.TextChoices):
        """The kinds of changes."""

        NAME = "name", _("Nom")
        ACCENT = "accent", _("Couleur")
        ADDRESS = "address", _("Adresse")
        SITE = "site", _("Site")
        CLAIMED = "claimed", _("Domaine ajouté")
        PROVEN = "proven", _("Domaine prouvé")
        WITHDRAWN = "withdrawn", _("Domaine retiré")
        LOST = "lost", _("Domaine perdu")
        MAIL_ASKED = "mail_asked", _("Domaine e-mail demandé")
        MAIL_DROPPED = "mail_dropped", _("Demande de domaine e-mail annulée")
        MAIL_PROVEN = "mail_proven", _("Domaine e-mail prouvé")
        MODULE_OFF = "module_off", _("Rubrique éteinte")
        MODULE_ON = "module_on", _("Rubrique rallumée")
        FACTOR_ON = "factor_on", _("Second facteur exigé")
        FACTOR_OFF = "factor_off", _("Second facteur laissé au choix")
        MAIL_REMOVED = "mail_removed", _("Domaine e-mail retiré")
        END_ASKED = "end_asked", _("Suppression demandée")
        END_PLANNED = "end_planned", _("Suppression programmée")
        END_NEAR = "end_near", _("Rappel de la suppression")
        END_MOVED = "end_moved", _("Suppression reportée")
        END_OFF = "end_off", _("Suppression annulée")
        PROOF_ASKED = "proof_asked", _("Vérification demandée")
        VERIFIED = "verified", _("Espace vérifié")
        REFUSED = "refused", _("Vérification refusée")
        COMPANY = "company", _("Entreprise corrigée")
        ADMINS = "admins", _("Administration")
        LEAVES = "leaves", _("Départ d’une entreprise annoncé")
        STAYS = "stays", _("Départ d’une entreprise annulé")
        LEFT = "left", _("Entreprise partie")
        RETURNED = "returned", _("Entreprise revenue")
        LAUNCH = "launch", _("Jour du lancement")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=12, choices=What)
    # The company of a park that the change concerns: its administrators are notified.
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    before = models.CharField(max_length=253, blank=True)
    after = models.CharField(max_length=253, blank=True)
    by = models.CharField(max_length=160)
    at = models.DateTimeField()
    # The time of the mail to administrators, for changes that they are mailed about.
    mailed_at = mailed_at()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["tenant", "what", "-at"], name="what_was_changed_when")]

    def __str__(self) -> str:
        return f"{self.what} of {self.tenant_id}"

    @property
    def words(self) -> str:
        """Return the former and the new value of a change; a module by its name."""
        module = modules.module_of(self.after)
        if self.what in {self.What.MODULE_OFF, self.What.MODULE_ON} and module:
            return str(module.name)
        return " → ".join(filter(None, (self.before, self.after)))


class NameBook(SharedModel):
    """A single row, locked while a subdomain is assigned, so that a free name stays free."""

    RETENTION = retention.WITH_SERVICE

    def __str__(self) -> str:
        return "the book of subdomains"
