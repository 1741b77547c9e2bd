"""Accounts that sign in, and the passes to sign in without a password."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from saas.kernel import pending_mail, retention
from saas.kernel.models import RowNumber, SpaceManager, SpaceModel, reference
from saas.kernel.secrets import hashing
from saas.kernel.web.sessions import SessionStore

ERASED = "@erased.invalid"  # no mailbox has such an address (RFC 2606)


def user_reference() -> str:
    """Return a new public reference of a person."""
    return reference("M")


class UserManager(SpaceManager["User"], BaseUserManager["User"]):
    """People of this schema."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail address, whatever its case."""
        return self.get(email__iexact=username or "")


class User(SpaceModel, AbstractBaseUser):
    """A person: an employee in a space's schema, a merchant or an operator in public."""

    RETENTION = retention.with_person(_("Compte et profil"))

    class Theme(models.TextChoices):
        """How pages look to this person."""

        SYSTEM = "system"
        LIGHT = "light"
        DARK = "dark"

    reference = models.CharField(max_length=12, unique=True, default=user_reference)
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=60)
    last_name = models.CharField(max_length=60)
    language = models.CharField(max_length=2, default="fr")
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Whether the password was chosen by the reader of the mailbox, in a session of a mailed link.
    password_by_link = models.BooleanField(default=False, db_default=False)
    # Changes of the ways in that are still to be mailed; no table of its own, as each costs every
    # space. Empty for nearly all.
    notices = models.JSONField(null=True, blank=True, default=None)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="an_email_address_is_kept_in_lower_case",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    def set_password(self, raw_password: str | None) -> None:
        """Set the hash of a password; for None, a hash that matches no password."""
        self.password = hashing.hash_password(raw_password)
        self._password = raw_password

    def check_password(self, raw_password: str | None) -> bool:
        """Return True if this is the person's password. A sign-in updates its hash, not this."""
        return raw_password is not None and hashing.is_password_of(raw_password, self.password)

    @property
    def is_erased(self) -> bool:
        """Return True if this person has been erased and only an empty row is left."""
        return self.email.endswith(ERASED)

    @property
    def display_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip() or str(_("Ancien membre"))

    @property
    def short_name(self) -> str:
        """First name and an initial, as colleagues see it."""
        return (
            f"{self.first_name} {self.last_name[:1]}.".strip()
            if self.last_name
            else self.first_name or str(_("Ancien membre"))
        )

    @property
    def initials(self) -> str:
        """Two letters for the round picture."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or "–"


class Pass(SpaceModel):
    """Pass that signs a person in a single time: 256 bits, stored here as a hash.

    `origin` is the host with the page that requested it. A mailed link leads there. The button of a
    crossing is on a page of that host, and a page of another host may not use it. A link requested
    for an unknown address is a pass without a person, so that the request costs the same.
    """

    RETENTION = retention.by_room(dt.timedelta(days=7), _("Liens de connexion, après leur fin"))

    class Purpose(models.TextChoices):
        """The purposes of a pass."""

        SIGN_IN = "sign_in"
        CROSSING = "crossing"

    id = RowNumber(primary_key=True)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    purpose = models.CharField(max_length=10, choices=Purpose)
    origin = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=80, blank=True)
    leads_to = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(user__isnull=False),
                name="a_pass_of_nobody_is_never_used",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} until {self.expires_at:%Y-%m-%d %H:%M}"


class SecondFactor(SpaceModel):
    """The authenticator app (TOTP, RFC 6238) and passkeys of a person, with the recovery codes.

    The secret is sealed, and empty without an app; recovery codes are hashes, and each leaves the
    list when it is used. Passkeys are a column and no table, as each table costs every space.
    """

    RETENTION = retention.with_person(_("Second facteur"))

    id = RowNumber(primary_key=True)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    secret = models.TextField(max_length=400, blank=True)
    last_step = models.BigIntegerField()
    passkeys = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), max_length=20_000, blank=True
    )
    recovery_hashes = models.JSONField(default=list, max_length=1000)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField()
    # Removal planned by the administration after the loss of phone and codes.
    reset_due_at = models.DateTimeField(null=True, blank=True)
    reset_reason = models.CharField(max_length=280, blank=True)
    reset_by = models.CharField(max_length=122, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reset_due_at=None, reset_reason="")
                | (models.Q(reset_due_at__isnull=False) & ~models.Q(reset_reason="")),
                name="a_planned_reset_of_a_factor_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class Session(SpaceModel, AbstractBaseSession):  # type: ignore[misc]
    """An open session, in the place of Django's own table: it names its person, to be listed."""

    RETENTION = retention.by_room(dt.timedelta(0), _("Connexions ouvertes"))

    # Indexed by key alone: sessions of a person, and expired ones, are found in a full read.
    expire_date = models.DateTimeField()
    person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        db_table = "django_session"

    def __str__(self) -> str:
        return f"session of {self.person_id}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store that reads and writes these rows."""
        return SessionStore


def normal_email(text: str) -> str:
    """Return an address as it is stored: without spaces, in lower case."""
    return text.strip().lower()


def as_any(user: Any) -> User:
    """Return Django's user as our `User`; raise TypeError for an anonymous visitor."""
    if not isinstance(user, User):
        raise TypeError("nobody is signed in")
    return user
