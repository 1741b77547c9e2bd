"""Accounting periods, entry numbers of the accounts' file, and entries that people propose."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.councils import Council
from billing.models.ledger import LedgerTransaction
from billing.models.states import ManualEntryState
from billing.models.treasury import Case
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def manual_entry_reference() -> str:
    """Return a new public reference of a manual entry."""
    return reference("EM")


class EntryNumber(SharedModel):
    """The number of a ledger transaction in the accounts' file of a year, given once.

    `booked_on` is the day of its entry: the day of the event, or the first day of the first open
    month after it when its month is locked. `numbered_at` is the validation, never before the
    number before it. The table is append-only, by triggers of the database.
    """

    RETENTION = retention.TEN_YEARS

    transaction = models.OneToOneField(
        LedgerTransaction, on_delete=models.PROTECT, related_name="entry_number"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    booked_on = models.DateField()
    numbered_at = models.DateTimeField()

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"], name="an_entry_number_is_given_once_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(booked_on__year=models.F("year")),
                name="an_entry_is_numbered_in_the_year_of_its_day",
            ),
        ]
        indexes = [models.Index(fields=["booked_on"], name="entry_numbers_by_day")]

    def __str__(self) -> str:
        return f"{self.year}/{self.number}"


class PeriodAct(SharedModel):
    """The lock of a month of the books, or its reopening; the last act of a month holds."""

    RETENTION = retention.TEN_YEARS

    class Kind(models.TextChoices):
        """A month is locked, or reopened."""

        LOCKED = "locked", _("Verrouillé")
        REOPENED = "reopened", _("Rouvert")

    month = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.CharField(max_length=280, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="a_period_is_named_by_its_first_day"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="reopened") | ~models.Q(reason=""),
                name="a_month_is_reopened_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind}"


class ClosedYear(SharedModel):
    """A year of the books that is locked for good, and its accounts' file as it was closed."""

    RETENTION = retention.TEN_YEARS

    year = models.PositiveSmallIntegerField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file = models.CharField(max_length=200)
    file_name = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    entries = models.PositiveIntegerField()
    result_cents = models.BigIntegerField()

    class Meta:
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"books of {self.year}"


class ManualEntry(SharedModel):
    """An entry that an operator proposes with a reason and a paper, and another operator posts.

    `lines` holds accounts and cents (debit positive), of a balanced entry; `case` is the
    difference that it corrects, `reverses` the entry that it takes back. With a `way`, it settles
    the amount due to a `council` that Stripe can't pay.
    """

    RETENTION = retention.TEN_YEARS

    State = ManualEntryState

    class Way(models.TextChoices):
        """How money that Stripe can't transfer to a council is settled on paper."""

        TRANSFER = "transfer", _("Virement à la main")
        DONATION = "donation", _("Don, sur décision du CSE")
        MERCHANT = "merchant", _("Laissé au commerçant")

    reference = models.CharField(max_length=12, unique=True, default=manual_entry_reference)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    booked_for = models.DateField()
    reason = models.CharField(max_length=280)
    lines = models.JSONField()
    paper = models.CharField(max_length=200, blank=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversals"
    )
    way = models.CharField(max_length=8, choices=Way, blank=True)
    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=280, blank=True)
    transaction = models.OneToOneField(
        LedgerTransaction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ManualEntryState.values),
                name="a_manual_entry_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ManualEntryState.POSTED)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="a_manual_entry_is_posted_by_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ManualEntryState.POSTED, transaction__isnull=False)
                | (~models.Q(state=ManualEntryState.POSTED) & models.Q(transaction__isnull=True)),
                name="a_posted_manual_entry_is_in_the_ledger",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=~models.Q(state=ManualEntryState.REFUSED),
                name="a_manual_entry_is_reversed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(way="", council=None)
                | (~models.Q(way="") & models.Q(council__isnull=False)),
                name="a_payment_on_paper_names_its_council",
            ),
            models.UniqueConstraint(
                fields=["council"],
                condition=models.Q(state=ManualEntryState.PROPOSED),
                name="a_council_has_one_proposed_payment_on_paper",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
