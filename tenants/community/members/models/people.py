"""Profiles, roles, invitations, requests to join, departures, and thanks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import pending_mail, retention
from saas.kernel.models import RowNumber, SpaceModel, waits_or_ended
from saas.kernel.private_pictures import PrivatePicture
from saas.kernel.values import legal


class Profile(SpaceModel):
    """A member's card, the visibility of its fields, and the way the member joined.

    The first name and an initial are always shown. Fields hidden by moderation (`hidden_at`) are
    shown to their owner only.
    """

    RETENTION = retention.with_person()

    class Seen(models.TextChoices):
        """The people that may see a field."""

        SPACE = "space", _("Tout l’espace")
        COMPANY = "company", _("Mon entreprise")
        NOBODY = "nobody", _("Personne")

    class Joined(models.TextChoices):
        """The way a member joined."""

        FOUNDING = "founding", _("fondation de l’espace")
        DOMAIN = "domain", _("adresse professionnelle")
        INVITATION = "invitation", _("lien d’invitation")
        ROSTER = "roster", _("liste du personnel")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    company_id = models.BigIntegerField(null=True, blank=True)
    site_id = models.BigIntegerField(null=True, blank=True)
    team = models.CharField(max_length=60, blank=True)
    about = models.CharField(max_length=280, blank=True)
    languages = models.CharField(max_length=120, blank=True)
    team_seen = models.CharField(max_length=7, choices=Seen, default=Seen.SPACE)
    about_seen = models.CharField(max_length=7, choices=Seen, default=Seen.SPACE)
    picture_seen = models.CharField(max_length=7, choices=Seen, default=Seen.SPACE)
    site_seen = models.CharField(max_length=7, choices=Seen, default=Seen.SPACE)
    languages_seen = models.CharField(max_length=7, choices=Seen, default=Seen.SPACE)
    offers_seen = models.CharField(max_length=7, choices=Seen, default=Seen.SPACE)
    thanks_seen = models.CharField(max_length=7, choices=Seen, default=Seen.SPACE)
    hidden_at = models.DateTimeField(null=True, blank=True)  # by moderation
    # The full name under which colleagues find the member, while they agree to it; and the moment
    # of their last answer to that question.
    found_as = models.CharField(max_length=125, blank=True)
    found_answered_at = models.DateTimeField(null=True, blank=True)
    joined_by = models.CharField(max_length=10, choices=Joined)
    leaves_on = models.DateField(null=True, blank=True)  # the last day here, by contract
    joined_at = models.DateTimeField()
    # The newest terms of use that the member accepted; 0 if they were never asked.
    cgu_version = legal.version_column()
    cgu_digest = legal.digest_column()
    cgu_accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cgu_version=0, cgu_digest="", cgu_accepted_at=None)
                | models.Q(cgu_version__gt=0, cgu_accepted_at__isnull=False),
                name="accepted_conditions_of_use_have_a_date",
            ),
            models.CheckConstraint(
                condition=models.Q(found_as="") | models.Q(found_answered_at__isnull=False),
                name="a_member_that_is_found_has_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"profile of {self.user_id}"


class Portrait(PrivatePicture):
    """A picture on a member's card, or in an incomplete form."""

    RETENTION = retention.with_person(_("Photo du profil"))

    profile = models.OneToOneField(
        Profile, on_delete=models.CASCADE, null=True, blank=True, related_name="portrait"
    )

    folder = "people"
    address = "members:portrait"
    drafts = models.Q(profile=None)


class Role(SpaceModel):
    """A right beyond those of all members; in a park, for a single company or for all.

    `ends_on` is its last day, if it was given for a time. A role with `provider_id` was given by a
    group at that identity provider, and ends with it.
    """

    RETENTION = retention.with_person(_("Rôles"))

    class Kind(models.TextChoices):
        """The roles of a space."""

        ADMINISTRATOR = "administrator", _("administration")
        MODERATOR = "moderator", _("modération")
        COUNCIL = "council", _("membre du CSE")
        TREASURER = "treasurer", _("trésorerie du CSE")
        SECRETARY = "secretary", _("secrétariat du CSE")
        KIOSK_MANAGER = "kiosk_manager", _("gestion des écrans")

    id = RowNumber(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=14, choices=Kind)
    company_id = models.BigIntegerField(null=True, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    provider_id = models.BigIntegerField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "company_id"],
                nulls_distinct=False,
                name="a_member_has_a_role_once_for_a_company",
                violation_error_message=_("Cette personne a déjà ce rôle."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id}"


class CouncilChange(SpaceModel):
    """A line of the log of a council's members, with the right for each change; never edited.

    The council is independent of the employer: an administrator gives its roles once, to found it;
    later changes are made by its own members, or by an operator with a document. Members read this
    log.
    """

    RETENTION = retention.TEN_YEARS

    class What(models.TextChoices):
        """Changes of a council's role, or of a council member's account."""

        GIVEN = "given"
        ENDED = "ended"
        MOVED = "moved"
        CLOSING_ASKED = "asked"
        CLOSING_CONFIRMED = "confirmed"
        CLOSING_REFUSED = "refused"
        CLOSING_WITHDRAWN = "withdrawn"

    class Right(models.TextChoices):
        """The right that a change is based on."""

        FOUNDING = "founding"
        ADMINISTRATION = "admin"
        COUNCIL = "council"
        ONESELF = "oneself"
        OPERATOR = "operator"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=9, choices=What)
    right = models.CharField(max_length=8, choices=Right)
    role = models.CharField(max_length=14, choices=Role.Kind, blank=True)
    company_id = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    paper = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=280, blank=True)
    at = models.DateTimeField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["company_id"],
                condition=models.Q(right="founding"),
                nulls_distinct=False,
                name="a_council_is_founded_once",
                violation_error_message=_(
                    "Ce CSE a déjà été fondé ici\u00a0: ses propres personnes donnent ses rôles."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(right="founding")
                | (models.Q(what="given") & ~models.Q(by=models.F("user"))),
                name="who_founds_a_council_names_somebody_else",
                violation_error_message=_("On ne se donne pas un rôle du CSE à soi-même."),
            ),
            models.CheckConstraint(
                condition=~models.Q(right="admin")
                | (~models.Q(what="given") & ~models.Q(what="ended")),
                name="an_administrator_neither_gives_nor_ends_a_council_s_role",
            ),
            models.CheckConstraint(
                condition=~models.Q(right="operator")
                | (~models.Q(paper="") & ~models.Q(reason="") & ~models.Q(by_name="")),
                name="an_operator_shows_a_paper_and_says_why",
                violation_error_message=_("Indiquez la pièce et le motif."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.role} {self.user_id} by {self.right}"


class ClosingRequest(SpaceModel):
    """An administrator's request to close a council member's account.

    It stays open until a fellow council member confirms, or an operator with a document.
    """

    RETENTION = retention.with_person()

    class State(models.TextChoices):
        """The answer."""

        WAITING = "waiting"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(state="waiting"),
                name="an_account_is_asked_to_be_closed_once_at_a_time",
                violation_error_message=_("La fermeture de ce compte est déjà demandée."),
            ),
            models.CheckConstraint(
                condition=waits_or_ended("decided_at"),
                name="an_answered_closing_says_since_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed")
                | models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("asked_by")),
                name="nobody_confirms_the_closing_that_they_asked_for",
            ),
        ]

    def __str__(self) -> str:
        return f"closing of {self.user_id}: {self.state}"


class Departure(SpaceModel):
    """A period with a closed account, as the member reads it on their page after returning."""

    RETENTION = retention.with_person(_("Fermetures et réouvertures du compte"))

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(reopened_at=None),
                name="an_account_is_closed_once_at_a_time",
                violation_error_message=_("Ce compte est déjà fermé."),
            )
        ]

    def __str__(self) -> str:
        return f"departure of {self.user_id} on {self.closed_at:%Y-%m-%d}"


class Thanks(SpaceModel):
    """A colleague's thanks to another for a thing; the kind identifies the thing's room."""

    RETENTION = retention.with_person(_("Mercis"))

    id = RowNumber(primary_key=True)
    giver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    receiver = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject_reference = models.CharField(max_length=12)
    given_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_reference", "giver", "receiver"],
                name="a_colleague_thanks_another_once_for_a_thing",
                violation_error_message=_("Vous avez déjà dit merci."),
            ),
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("receiver")),
                name="nobody_thanks_themselves_for_a_thing",
                violation_error_message=_("On ne se remercie pas soi-même."),
            ),
        ]
        indexes = [models.Index(fields=["receiver"], name="thanks_to_a_member")]

    def __str__(self) -> str:
        return f"thanks of {self.giver_id} to {self.receiver_id}"


class RemovedIdea(SpaceModel):
    """An idea for a new space that its administration removed."""

    RETENTION = retention.with_space()

    id = RowNumber(primary_key=True)
    key = models.CharField(max_length=16, unique=True)
    removed_at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.key
