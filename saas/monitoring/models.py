"""Troubles that operators are woken for, and when each job of the schedule last succeeded."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.kernel import retention
from saas.kernel.models import SharedModel


class ScheduledJob(SharedModel):
    """Last success of an entry of beat's schedule; `clock` is the heartbeat of beat itself.

    `requeued_at` is the last time that a missed night was queued again, `resumed_at` the last time
    that the scheduler resumed.
    """

    RETENTION = retention.WITH_SERVICE

    name = models.CharField(max_length=80, unique=True)
    succeeded_at = models.DateTimeField()
    requeued_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Trouble(SharedModel):
    """Incident, reported to operators once when it begins and once when it ends.

    `subject` distinguishes incidents of the same kind: the id of a call, the name of a job. A row
    contains no data about a person.
    """

    RETENTION = retention.WITH_SERVICE

    class Kind(models.TextChoices):
        """The kind of trouble."""

        STRIPE_HALT = "stripe_halt", _("Clé refusée par Stripe")
        PARKED_CALL = "parked_call", _("Appel à Stripe arrêté")
        PARKED_EVENT = "parked_event", _("Événement de Stripe arrêté")
        OPEN_CASE = "open_case", _("Écart ouvert")
        SHORT_BALANCE = "short_balance", _("Solde Stripe trop bas")
        CLOCK = "clock", _("Horloge arrêtée")
        JOB = "job", _("Tâche régulière en retard")
        DISK = "disk", _("Disque presque plein")
        PROCESS = "process", _("Processus arrêté")
        QUEUE = "queue", _("File en attente")
        BACKUP = "backup", _("Sauvegarde trop ancienne")
        SET_ASIDE = "set_aside", _("Tâche mise de côté")
        CELL = "cell", _("Cellule à regarder")

    kind = models.CharField(max_length=13, choices=Kind)
    subject = models.CharField(max_length=120, blank=True)
    details = models.CharField(max_length=120, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    end_mailed_at = models.DateTimeField(null=True, blank=True)
    # The mailing job holds a claim until then; after a killed job the next takes over.
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(ended_at__isnull=True),
                name="a_trouble_is_open_only_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "stripe_halt",
                        "parked_call",
                        "parked_event",
                        "open_case",
                        "short_balance",
                        "clock",
                        "job",
                        "disk",
                        "process",
                        "queue",
                        "backup",
                        "set_aside",
                        "cell",
                    ]
                ),
                name="a_trouble_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True)
                | models.Q(ended_at__gte=models.F("began_at")),
                name="a_trouble_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()


class Backup(SharedModel):
    """Backup of the database and its files, and the result of its trial restore.

    `figures` are those at its end: for each name a lower and an upper bound for a restored cluster,
    equal if nothing was written meanwhile.
    """

    RETENTION = retention.WITH_SERVICE

    cell = models.CharField(max_length=32, blank=True)  # empty: home
    label = models.CharField(max_length=40)
    is_full = models.BooleanField()
    taken_at = models.DateTimeField()
    duration_ms = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    stored_bytes = models.PositiveBigIntegerField()
    end_lsn = models.CharField(max_length=20)
    figures = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_ms = models.PositiveBigIntegerField(null=True, blank=True)
    is_good = models.BooleanField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cell", "label"], name="a_backup_of_a_cluster_has_its_label"
            ),
            models.CheckConstraint(
                condition=models.Q(checked_at__isnull=True, is_good__isnull=True)
                | models.Q(checked_at__isnull=False, is_good__isnull=False),
                name="a_backup_that_was_checked_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Announcement(SharedModel):
    """Planned maintenance announced by operators to all, with a sentence in each language."""

    RETENTION = retention.WITH_SERVICE

    text_fr = models.CharField(max_length=280)
    text_en = models.CharField(max_length=280)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    announced_by = models.CharField(max_length=120)
    announced_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="planned_work_ends_after_it_starts",
                violation_error_message=_("La fin vient après le début."),
            )
        ]

    def __str__(self) -> str:
        return self.text_fr
