"""Works councils, the terms they were offered and accepted, and how their Stripe account stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel.models import SharedModel, reference
from tenants.spaces.models import Company, Tenant


def council_reference() -> str:
    """Return a new public reference of a council."""
    return reference("CO")


class Council(SharedModel):
    """A works council that a part of each placement in its space is due to."""

    class AccountState(models.TextChoices):
        """Whether money can be transferred to it."""

        NONE = "none", _("Pas encore de compte")
        NO_LEGAL_PERSONALITY = "no_legal_personality", _("Sans personnalité morale")
        CREATED = "created", _("Compte créé")
        ONBOARDING = "onboarding", _("Compte à compléter")
        ACTIVE = "active", _("Compte actif")
        RESTRICTED = "restricted", _("Compte bloqué")
        REJECTED = "rejected", _("Compte refusé")
        UNSUPPORTED = "unsupported", _("Compte impossible")
        CLOSED = "closed", _("Compte fermé")

    class PayoutsState(models.TextChoices):
        """Whether money that arrived can leave for the council's bank."""

        NONE = "none", _("Pas encore demandé")
        PENDING = "pending", _("En vérification")
        ACTIVE = "active", _("Automatique")
        RESTRICTED = "restricted", _("Bloqué")
        UNSUPPORTED = "unsupported", _("Impossible")
        REJECTED = "rejected", _("Refusé")

    class Needs(models.TextChoices):
        """How urgently Stripe asks the council for something."""

        NOTHING = "nothing", _("Rien à fournir")
        CURRENTLY_DUE = "currently_due", _("À fournir")
        PAST_DUE = "past_due", _("En retard")

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reference = models.CharField(max_length=12, unique=True, default=council_reference)
    name = models.CharField(max_length=120)
    legal_personality = models.BooleanField(default=True)
    weight = models.PositiveIntegerField()
    account_state = models.CharField(max_length=20, choices=AccountState, default=AccountState.NONE)
    payouts_state = models.CharField(max_length=11, choices=PayoutsState, default=PayoutsState.NONE)
    account_needs = models.CharField(max_length=13, choices=Needs, default=Needs.NOTHING)
    stripe_account = models.CharField(max_length=60, blank=True)
    contact_email = models.EmailField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "company"],
                nulls_distinct=False,
                name="a_company_of_a_space_has_one_council",
            ),
            models.UniqueConstraint(
                fields=["stripe_account"],
                condition=~models.Q(stripe_account=""),
                name="a_stripe_account_belongs_to_one_council",
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gt=0), name="a_council_speaks_for_somebody"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    account_state__in=["none", "no_legal_personality"], stripe_account=""
                )
                | models.Q(
                    account_state__in=[
                        "created",
                        "onboarding",
                        "active",
                        "restricted",
                        "rejected",
                        "unsupported",
                        "closed",
                    ],
                )
                & ~models.Q(stripe_account=""),
                name="an_account_has_a_state_and_a_number_together",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShareTerms(SharedModel):
    """Which part of what merchants pay a council gets, from a day on; never changed, only followed.

    The first version holds as soon as it is offered; a later one once the council accepts it.
    """

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveIntegerField()
    rate_bp = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by_reference = models.CharField(max_length=12, blank=True)
    accepted_by_name = models.CharField(max_length=121, blank=True)
    accepted_by_role = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["council_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "version"], name="a_version_of_the_terms_exists_once"
            ),
            models.CheckConstraint(
                condition=models.Q(rate_bp__lte=10_000),
                name="a_share_is_at_most_all_of_it",
                violation_error_message=_("Le taux va de 0 à 100\u00a0%."),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by_reference="")
                | models.Q(accepted_at__isnull=False) & ~models.Q(accepted_by_reference=""),
                name="accepted_terms_say_who_accepted_them",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}: {self.rate_bp} bp"
