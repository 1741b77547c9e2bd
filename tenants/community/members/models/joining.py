"""Invitations, requests to join, lists of staff, and claims of a company by its employees."""

import datetime as dt
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import pending_mail, retention
from saas.kernel.models import RowNumber, SpaceModel, waits_or_ended


class Invitation(SpaceModel):
    """A link that lets colleagues join until it expires or is used up."""

    RETENTION = retention.after(
        dt.timedelta(days=365), since="expires_at", what=_("Liens d’invitation, après leur fin")
    )

    code = models.CharField(max_length=24, unique=True)
    company_id = models.BigIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    most_uses = models.PositiveIntegerField()
    uses = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses__lte=models.F("most_uses")),
                name="an_invitation_is_not_used_too_often",
                violation_error_message=_("Ce lien a déjà servi autant de fois que prévu."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class JoinRequest(SpaceModel):
    """A person's request to join, until they confirm their address.

    With `invited_by` it is an invitation from a list of staff: then `asked_at` is the due time of
    its mail, and `reminded_at` the time of the administration's reminder.
    """

    RETENTION = retention.by_room(
        dt.timedelta(days=30),
        _("Demandes d’inscription et invitations du personnel, après leur fin"),
    )

    id = RowNumber(primary_key=True)
    email = models.EmailField()
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    company_id = models.BigIntegerField(null=True, blank=True)
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    site_id = models.BigIntegerField(null=True, blank=True)
    invited_by = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=2, default="fr")
    leaves_on = models.DateField(null=True, blank=True)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(invited_by__isnull=False, confirmed_at=None),
                name="an_address_of_the_staff_is_invited_once_at_a_time",
                violation_error_message=_("Cette adresse est déjà invitée."),
            ),
            models.CheckConstraint(
                condition=models.Q(invited_by=None) | models.Q(invitation=None),
                name="the_list_of_staff_invites_without_a_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} since {self.asked_at:%Y-%m-%d}"

    @property
    def domain(self) -> str:
        """The mail domain of the address."""
        return self.email.rpartition("@")[2]


class RosterUpload(SpaceModel):
    """An administrator's uploaded list of staff; a single list per administrator.

    `content` is the file until a job has read it. When `columns` is set, the cells of all other
    columns are deleted; `rows` are `[number, *cells]`; after row `stopped_at` the file had a long
    gap. A confirmed list has lost its rows; `done` lists its changes, which can be undone for a day
    after `sent_at`, then the moment of the confirmation.
    """

    RETENTION = retention.after(
        dt.timedelta(days=1), since="sent_at", what=_("Listes du personnel à confirmer")
    )

    class State(models.TextChoices):
        """Whether its lines are known."""

        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"
        APPLIED = "applied"

    id = RowNumber(primary_key=True)
    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    company_id = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(max_length=120)
    content = models.BinaryField(default=b"")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=20, blank=True)
    heading = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    stopped_at = models.PositiveIntegerField(null=True, blank=True)
    columns = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    sent_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.name} of {self.person_id}"


class CompanyClaim(SpaceModel):
    """A member's claim to work for a company of the park, until its administration answers.

    Until then, the member sees the park's shared content, and no content of the company.
    """

    RETENTION = retention.with_person()

    class State(models.TextChoices):
        """The answer."""

        WAITING = "waiting", _("à confirmer")
        CONFIRMED = "confirmed", _("confirmée")
        REFUSED = "refused", _("refusée")
        WITHDRAWN = "withdrawn", _("retirée")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    company_id = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_mailed_at = pending_mail.mailed_at()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answer_mailed_at = pending_mail.mailed_at()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(state="waiting"),
                name="one_company_is_claimed_at_a_time",
                violation_error_message=_("Une demande attend déjà une réponse."),
            ),
            models.CheckConstraint(
                condition=waits_or_ended("decided_at"),
                name="an_answered_claim_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"claim of {self.user_id} to {self.company_id}: {self.state}"


class Provisioned(SpaceModel):
    """A member as the company's directory manages them by SCIM.

    `removed_at` is the moment at which the directory deleted them: their account is closed, and the
    directory no longer sees it.
    """

    RETENTION = retention.with_person(_("Compte géré par l’annuaire de l’entreprise"))

    id = RowNumber(primary_key=True)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    external_id = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"directory's entry of {self.user_id}"
