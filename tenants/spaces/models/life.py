"""Works on a whole space by the worker that holds the owner's password, and its archives."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel import retention
from saas.kernel.models import SharedModel, reference
from tenants.spaces.models.spaces import Tenant

COOLING_OFF = dt.timedelta(days=30)


def operation_reference() -> str:
    """Return a new reference of a operation."""
    return reference("OP")


def archive_reference() -> str:
    """Return a new reference of an archive."""
    return reference("AR")


class SpaceOperation(SharedModel):
    """An operation on a space, with the person that asked for it, and its progress.

    When it is done, `result` is its receipt: the removed data, and the data retained by law.
    """

    RETENTION = retention.WITH_SERVICE

    class Kind(models.TextChoices):
        """The kinds of works."""

        SUSPEND = "suspend", _("Suspension")
        REOPEN = "reopen", _("Réouverture")
        ARCHIVE = "archive", _("Archivage")
        RESTORE = "restore", _("Restauration")
        DELETE = "delete", _("Suppression définitive")
        TAKEOUT = "takeout", _("Téléchargement d’une archive")
        CORRECT = "correct", _("Correction d’une entreprise")
        ADMINS = "admins", _("Changement d’administration")
        GRANT = "grant", _("Accès à un dossier signalé")

    class State(models.TextChoices):
        """The states of a work; `failed` can be tried again."""

        DUE = "due", _("En attente")
        RUNNING = "running", _("En cours")
        DONE = "done", _("Fait")
        FAILED = "failed", _("Échec")

    reference = models.CharField(max_length=12, unique=True, default=operation_reference)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="works")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=280, blank=True)
    # Options: whether an archive closes the space, or the subdomain of a restore.
    options = models.JSONField(default=dict, blank=True, db_default={})
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.JSONField(default=list, blank=True)
    failure = models.TextField(blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(state="due") | models.Q(state="running"),
                name="one_thing_at_a_time_is_done_to_a_space",
                violation_error_message=_("Une opération est déjà en cours sur cet espace."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(done_at__isnull=False),
                name="what_is_done_says_since_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.kind}"


class PlannedDeletion(SharedModel):
    """A deletion planned by a space's administrators: it may be cancelled until `due_at`.

    An administrator asks for it, and a second person confirms it; its thirty days begin then. After
    it is cancelled or has begun, the row is deleted, and the space's log records it.
    """

    RETENTION = retention.WITH_SERVICE

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="planned_deletion")
    asked_by = models.CharField(max_length=160)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=160, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    # How many days before the end its administrators were reminded last.
    reminded_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("asked_at") + COOLING_OFF),
                name="a_planned_deletion_can_be_called_off_for_thirty_days",
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("asked_by")) | models.Q(confirmed_by=""),
                name="a_planned_deletion_is_confirmed_by_a_second_person",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="planned_deletions_by_day")]

    def __str__(self) -> str:
        return f"end of {self.tenant_id}"


class Archive(SharedModel):
    """A space as a file: its rows, its pictures, and the data for a restore elsewhere.

    `name` is the name of the stored file; `rows` is the number of rows per table. A deleted archive
    keeps its row.
    """

    RETENTION = retention.WITH_SERVICE

    # Where an administrator's copy lies, which is read and never restored.
    EXPORTS = "exports"
    # How the name of an archive ends that only this installation reads.
    SEALED = ".sealed"

    reference = models.CharField(max_length=12, unique=True, default=archive_reference)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="archives")
    name = models.CharField(max_length=200, unique=True)
    made_at = models.DateTimeField()
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    migrations_hash = models.CharField(max_length=64)
    rows = models.JSONField(default=dict)
    files = models.PositiveIntegerField()
    removed_at = models.DateTimeField(null=True, blank=True)
    # Removed on this day; without a day, it is kept as long as its space.
    keep_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_export(self) -> bool:
        """Whether it is an administrator's copy, to be read."""
        return self.name.startswith(f"{self.EXPORTS}/")
