"""The identity providers of a space and of its companies, and their people's accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import RowNumber, SpaceModel, one_of


class Provider(SpaceModel):
    """An identity provider of a space, or of a company of a park (`company_id`).

    Its secret is encrypted (`kernel.sealed`). `origin` is the host of its last successful test.
    `domains` are the mail domains of its users, among those proven by the space. A SAML provider
    has no secret of ours: `page` is its page, `certificates` sign its responses, and `attributes`
    are its names for the address and the names of a person, if they are not the usual names.
    `groups` are the claim or attribute of a person's groups, and the groups that give a role.
    `proposed_by` proposed to require it; another administrator confirms.
    """

    RETENTION = retention.with_space()

    class Kind(models.TextChoices):
        """Protocol of the provider."""

        OIDC = "oidc", "OpenID Connect"
        SAML = "saml", "SAML 2.0"

    class Mode(models.TextChoices):
        """How far the company's own way in goes."""

        OFF = "off", _("Éteinte")
        OFFERED = "offered", _("Proposée, à côté des mots de passe et des liens")
        REQUIRED = "required", _("Exigée, à la place des mots de passe et des liens")

    id = RowNumber(primary_key=True)
    company_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.OIDC)
    name = models.CharField(max_length=60)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200, blank=True)
    secret = models.TextField(blank=True)
    page = models.CharField(max_length=500, blank=True)
    certificates = models.JSONField(default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    groups = models.JSONField(default=dict, blank=True)
    domains = models.CharField(max_length=3000, blank=True)
    origin = models.CharField(max_length=300, blank=True)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.OFF)
    proposed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=12, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "issuer", "client_id"],
                nulls_distinct=False,
                name="a_company_describes_a_provider_once",
                violation_error_message=_("Ce fournisseur est déjà décrit ici."),
            ),
            models.CheckConstraint(
                condition=one_of("mode", ["off", "offered", "required"]),
                name="a_provider_is_off_offered_or_required",
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="oidc") & ~models.Q(client_id="") & ~models.Q(secret=""))
                | (models.Q(kind="saml", secret="") & ~models.Q(page="")),
                name="a_provider_has_a_secret_or_a_page",
            ),
            models.CheckConstraint(
                condition=models.Q(mode="off")
                | (models.Q(tested_at__isnull=False) & ~models.Q(domains="")),
                name="a_provider_is_tested_before_it_lets_anybody_in",
                violation_error_message=_("Testez d’abord la connexion."),
            ),
        ]

    def __str__(self) -> str:
        return self.issuer

    @property
    def short_mode(self) -> str:
        """The mode in a word, for lists."""
        if self.tested_at is None:
            return str(_("pas encore testée"))
        words = {"off": _("éteinte"), "offered": _("proposée"), "required": _("exigée")}
        return str(words[self.mode])


class Identity(SpaceModel):
    """A person's identity at a company's provider, bound to a member at their first sign-in.

    `subject` is the provider's own key of a person: it survives a change of their address, and a
    later holder of the address has another. `acr` and `proved_at` are the strength and the time of
    their last authentication at the provider (`auth_time`), if it returns them.
    """

    RETENTION = retention.with_person(_("Compte chez le fournisseur d’identité de l’entreprise"))

    id = RowNumber(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    company_id = models.BigIntegerField(null=True, blank=True)
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()
    used_at = models.DateTimeField()
    acr = models.CharField(max_length=200, blank=True)
    proved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "issuer", "subject"],
                nulls_distinct=False,
                name="an_identity_is_of_one_member",
            ),
            models.UniqueConstraint(
                fields=["user", "company_id", "issuer"],
                nulls_distinct=False,
                name="a_member_has_one_identity_of_a_provider",
            ),
        ]

    def __str__(self) -> str:
        return f"identity of {self.user_id}"
