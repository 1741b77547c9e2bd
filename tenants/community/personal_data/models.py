"""Copies of members' data, and the log of accesses to it."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.kernel import pending_mail, retention
from saas.kernel.models import RowNumber, SpaceModel, reference


def export_reference() -> str:
    """Return a new public reference of a copy."""
    return reference("DO")


def erasure_reference() -> str:
    """Return a new public reference of an erasure."""
    return reference("EF")


class DataExport(SpaceModel):
    """A copy of a member's data at their request: pending, ready, or failed."""

    RETENTION = retention.by_room(dt.timedelta(days=7), _("Copies de vos données"))

    id = RowNumber(primary_key=True)
    reference = models.CharField(max_length=12, unique=True, default=export_reference)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(ready_at=None),
                name="a_member_asks_for_one_copy_at_a_time",
                violation_error_message=_("Une copie se prépare déjà."),
            ),
            models.CheckConstraint(
                condition=models.Q(ready_at=None, name="")
                | (models.Q(ready_at__isnull=False) & ~models.Q(name="")),
                name="a_ready_copy_has_a_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.person_id}"


class Erasure(SpaceModel):
    """A request to erase a person's data: can be cancelled until `due_at`, then carried out.

    Afterwards it consists of an empty person and two dates, to prevent a second request.
    """

    RETENTION = retention.after(
        dt.timedelta(days=365), since="done_at", what=_("Effacements faits")
    )

    id = RowNumber(primary_key=True)
    reference = models.CharField(max_length=12, default=erasure_reference)
    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    mailed_at = pending_mail.mailed_at()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("asked_at")),
                name="an_erasure_can_be_taken_back_for_a_while",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | models.Q(done_at__gte=models.F("due_at")),
                name="nobody_is_erased_before_the_grace_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.person_id}"


class LogEntry(SpaceModel):
    """An access to a member's data by a person with a role; the member can read it.

    Without a person it was an access to all members' data: a copy of the whole space.
    """

    RETENTION = retention.after(
        dt.timedelta(days=365), since="at", what=_("Qui a regardé vos données")
    )

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)  # empty once that person is erased
    role = models.CharField(max_length=14)
    what = models.CharField(max_length=80)
    why = models.CharField(max_length=280)
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["person", "-at"], name="looks_at_a_member_newest_first")]

    def __str__(self) -> str:
        return f"look at {self.person_id} by {self.by_name}"
