"""Works councils, the terms offered and accepted, and the state of their Stripe account."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.states import AccountChangeState, CouncilAccountState
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference
from saas.kernel.values import legal
from tenants.spaces.models import Company, Tenant


def council_reference() -> str:
    """Return a new public reference of a council."""
    return reference("CO")


class Council(SharedModel):
    """A works council that a part of each placement in its space is due to."""

    RETENTION = retention.TEN_YEARS

    AccountState = CouncilAccountState

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
    account_state = models.CharField(
        max_length=20, choices=AccountState, default=CouncilAccountState.NONE
    )
    payouts_state = models.CharField(max_length=11, choices=PayoutsState, default=PayoutsState.NONE)
    account_needs = models.CharField(max_length=13, choices=Needs, default=Needs.NOTHING)
    stripe_account = models.CharField(max_length=60, blank=True)
    contact_email = models.EmailField(blank=True)
    siren = models.CharField(max_length=9, blank=True, default="", db_default="")
    street = models.CharField(max_length=120, blank=True, default="", db_default="")
    postcode = models.CharField(max_length=10, blank=True, default="", db_default="")
    city = models.CharField(max_length=80, blank=True, default="", db_default="")
    vat_number = models.CharField(max_length=16, blank=True, default="", db_default="")
    is_vat_payer = models.BooleanField(default=False, db_default=False)
    self_billing_since = models.DateTimeField(null=True, blank=True)
    self_billing_version = legal.version_column()
    self_billing_digest = legal.digest_column()
    ended_mandates = models.JSONField(null=True, blank=True)
    account_requirements = models.JSONField(null=True, blank=True)
    account_deadline_at = models.DateTimeField(null=True, blank=True)
    account_coming = models.JSONField(null=True, blank=True)
    account_coming_at = models.DateTimeField(null=True, blank=True)
    account_seen_at = models.DateTimeField(null=True, blank=True)
    account_fetched_at = models.DateTimeField(null=True, blank=True)
    account_balance_cents = models.BigIntegerField(null=True, blank=True)
    account_balance_at = models.DateTimeField(null=True, blank=True)
    personality_asked_at = models.DateTimeField(null=True, blank=True)
    confirmed_until = models.DateField(null=True, blank=True)
    treasurer_reference = models.CharField(max_length=12, blank=True, default="", db_default="")
    secretary_reference = models.CharField(max_length=12, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)
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
                    account_state__in=[
                        CouncilAccountState.NONE,
                        CouncilAccountState.NO_LEGAL_PERSONALITY,
                    ],
                    stripe_account="",
                )
                | models.Q(
                    account_state__in=[
                        CouncilAccountState.CREATED,
                        CouncilAccountState.ONBOARDING,
                        CouncilAccountState.ACTIVE,
                        CouncilAccountState.RESTRICTED,
                        CouncilAccountState.REJECTED,
                        CouncilAccountState.UNSUPPORTED,
                        CouncilAccountState.CLOSED,
                    ],
                )
                & ~models.Q(stripe_account=""),
                name="an_account_has_a_state_and_a_number_together",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    confirmed_until=None, treasurer_reference="", secretary_reference=""
                )
                | models.Q(confirmed_until__isnull=False)
                & ~models.Q(treasurer_reference="")
                & ~models.Q(secretary_reference="")
                & ~models.Q(treasurer_reference=models.F("secretary_reference")),
                name="a_confirmed_council_has_a_treasurer_and_another_secretary",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShareTerms(SharedModel):
    """A council's rate of merchants' payments, from a day on; never changed, only superseded.

    The first version is in force as soon as it is offered; a later version once the council accepts
    it. `aep_bp` is the part of the share for the operating budget; the rest is for social and
    cultural activities.
    """

    RETENTION = retention.TEN_YEARS

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="terms")
    version = models.PositiveIntegerField()
    rate_bp = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    offered_at = models.DateTimeField()
    offered_by_name = models.CharField(max_length=121, blank=True, default="", db_default="")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by_reference = models.CharField(max_length=12, blank=True)
    accepted_by_name = models.CharField(max_length=121, blank=True)
    accepted_by_role = models.CharField(max_length=20, blank=True)
    aep_bp = models.PositiveIntegerField(default=0, db_default=0)
    resolution = models.CharField(max_length=120, blank=True, default="", db_default="")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by_name = models.CharField(max_length=121, blank=True, default="", db_default="")
    declined_because = models.CharField(max_length=200, blank=True, default="", db_default="")

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


def change_reference() -> str:
    """Return a new public reference of a change of account."""
    return reference("CH")


class AccountChange(SharedModel):
    """A replacement of a council's account by another, confirmed by a second elected member.

    The account left over, the old account or an unused new account, is closed.
    """

    RETENTION = retention.TEN_YEARS

    LASTS = dt.timedelta(days=30)

    State = AccountChangeState

    reference = models.CharField(max_length=12, unique=True, default=change_reference)
    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="account_changes")
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    old_account = models.CharField(max_length=60)
    new_account = models.CharField(max_length=60, blank=True)
    new_account_state = models.CharField(
        max_length=20, choices=Council.AccountState, blank=True, default="", db_default=""
    )
    new_account_requirements = models.JSONField(null=True, blank=True)
    contact_email = models.EmailField()
    siren = models.CharField(max_length=9, blank=True)
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by_reference = models.CharField(max_length=12)
    asked_by_name = models.CharField(max_length=121)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by_reference = models.CharField(max_length=12, blank=True)
    confirmed_by_name = models.CharField(max_length=121, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)
    spare_closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=AccountChangeState.values),
                name="a_change_of_account_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by_reference="")
                | ~models.Q(confirmed_by_reference=models.F("asked_by_reference")),
                name="a_change_of_account_is_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=[AccountChangeState.CONFIRMED, AccountChangeState.DONE]
                )
                | models.Q(confirmed_at__isnull=False),
                name="a_change_of_account_goes_on_once_it_is_confirmed",
            ),
            models.UniqueConstraint(
                fields=["council"],
                condition=models.Q(
                    state__in=[AccountChangeState.ASKED, AccountChangeState.CONFIRMED]
                ),
                name="a_council_changes_its_account_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CouncilNotice(SharedModel):
    """A notice to be mailed to a council: to its treasurers, and to its address.

    `facts` are the other values in the mail, as of that moment.
    """

    RETENTION = retention.TEN_YEARS

    class Kind(models.TextChoices):
        """The kinds of events that councils are written about."""

        NEEDS = "needs", _("Stripe demande quelque chose")
        COMING = "coming", _("Stripe demandera quelque chose")
        REMINDED = "reminded", _("Stripe attend une réponse avant une date")
        PAST_DUE = "past_due", _("Une réponse à Stripe est en retard")
        PAYOUTS_STOPPED = "payouts_stopped", _("L’argent ne peut pas quitter Stripe")
        RESTRICTED = "restricted", _("Compte bloqué")
        REJECTED = "rejected", _("Compte refusé")
        UNSUPPORTED = "unsupported", _("Compte impossible")
        CLOSED = "closed", _("Compte fermé")
        ACTIVE = "active", _("Compte actif")
        PERSONALITY = "personality", _("Personnalité morale notée")
        OFFERED = "offered", _("Conditions proposées")
        CHANGE_ASKED = "change_asked", _("Remplacement du compte à confirmer")
        CHANGE_CONFIRMED = "change_confirmed", _("Remplacement du compte confirmé")
        CHANGE_DONE = "change_done", _("Compte remplacé")
        CHANGE_CANCELLED = "change_cancelled", _("Remplacement du compte abandonné")
        BILLED = "billed", _("Facture établie au nom du CSE")
        PAYOUT_REFUSED = "payout_refused", _("Virement refusé par la banque du CSE")
        MANDATE_CONFIRMED = "mandate_confirmed", _("Élection confirmée")
        MANDATE_REFUSED = "mandate_refused", _("Procès-verbal refusé")
        MANDATE_ENDING = "mandate_ending", _("Fin de mandat proche")
        MANDATE_ENDED = "mandate_ended", _("Mandat terminé")

    council = models.ForeignKey(Council, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=17, choices=Kind)
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(mailed_at=None), name="notices_to_be_told"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.council_id}"
