"""Members of a shop, requests to join it, and the documents accepted by its members."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models.shops import Merchant
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, one_of, reference, waits_or_ended
from saas.kernel.values import legal


def join_reference() -> str:
    """Return a new public reference of a request to join a shop."""
    return reference("JR")


def invitation_reference() -> str:
    """Return a new public reference of an invitation to a shop."""
    return reference("IN")


class Acceptance(SharedModel):
    """A version of the conditions of sale that a person accepted when they signed up."""

    RETENTION = retention.WITH_SERVICE

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cgv_version = legal.version_column()
    cgv_digest = legal.digest_column()
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["-accepted_at", "-id"]

    def __str__(self) -> str:
        return f"{self.person_id} accepted {self.cgv_version}"


class Membership(SharedModel):
    """Membership of a person in a shop, beside its first owner."""

    RETENTION = retention.WITH_SERVICE

    class Role(models.TextChoices):
        """Rights in a shop: owners decide on its people, editors run it, the till redeems codes."""

        OWNER = "owner", _("Responsable")
        EDITOR = "editor", _("Collaborateur")
        TILL = "till", _("Caisse")

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    role = models.CharField(max_length=6, choices=Role)
    since = models.DateTimeField()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "merchant"], name="a_person_joins_a_shop_once"
            ),
            models.CheckConstraint(
                condition=one_of("role", ["owner", "editor", "till"]),
                name="a_member_of_a_shop_has_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.merchant_id}"


class ShopChoice(SharedModel):
    """Shop that the desk shows to a person who has several."""

    RETENTION = retention.WITH_SERVICE

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.person_id} at {self.merchant_id}"


class Invitation(SharedModel):
    """Invitation of an address to a shop, with a role; the mailed link accepts it once."""

    RETENTION = retention.WITH_SERVICE

    reference = models.CharField(max_length=12, unique=True, default=invitation_reference)
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=6, choices=Membership.Role)
    language = models.CharField(max_length=2, default="fr")
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "email"],
                condition=models.Q(accepted_at=None),
                name="an_address_is_invited_once_to_a_shop",
                violation_error_message=_("Cette adresse est déjà invitée."),
            ),
            models.CheckConstraint(
                condition=one_of("role", ["owner", "editor", "till"]),
                name="an_invitation_has_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.role} of {self.merchant_id}"


class JoinRequest(SharedModel):
    """A second sign-up for a shop that exists: its person asks to join, and why it is theirs.

    The first owner or an operator decides; a code by post to the shop's address decides too.
    """

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """State of the decision."""

        WAITING = "waiting", _("En attente")
        ACCEPTED = "accepted", _("Acceptée")
        REFUSED = "refused", _("Refusée")

    reference = models.CharField(max_length=12, unique=True, default=join_reference)
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="join_requests")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    note = models.CharField(max_length=300, blank=True)
    paper = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # A letter with a code went to the shop's address; how many wrong codes were typed since.
    posted_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.CharField(max_length=12, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()
    decision_mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state="waiting"),
                name="a_person_asks_to_join_one_shop_at_a_time",
            ),
            models.CheckConstraint(
                condition=waits_or_ended("decided_at"),
                name="a_request_to_join_says_when_it_was_decided",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""),
                name="a_refused_request_says_why",
                violation_error_message=_("Dites pourquoi\u00a0: la personne le lit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"
