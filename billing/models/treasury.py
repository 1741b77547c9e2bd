"""Moves of Stripe's balances, payouts to banks, and differences between the books and Stripe."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from billing.models.councils import Council
from billing.models.ledger import LedgerTransaction
from billing.models.orders import Sale
from billing.models.shares import Transfer
from billing.models.states import CaseState, PayoutState, ReconciliationState
from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def case_reference() -> str:
    """Return a new public reference of a case."""
    return reference("CS")


class Payout(SharedModel):
    """A payout from a Stripe balance to a bank: ours, or a council's.

    `account` is the council's account of that day, perhaps replaced since; empty in old rows.
    """

    RETENTION = retention.TEN_YEARS

    State = PayoutState

    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, null=True, blank=True, related_name="payouts"
    )
    stripe_id = models.CharField(max_length=60, unique=True)
    account = models.CharField(max_length=60, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, choices=State)
    amount_cents = models.BigIntegerField()
    arrives_on = models.DateField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)
    balance_transaction = models.CharField(max_length=60, blank=True)
    failure_balance_transaction = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=PayoutState.values),
                name="a_payout_is_in_a_known_state",
            )
        ]

    def __str__(self) -> str:
        return self.stripe_id


class PayoutPart(SharedModel):
    """Which money is in a payout, to the cent: of a transfer in a council's, of a sale in ours."""

    RETENTION = retention.TEN_YEARS

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="parts")
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="payout_parts"
    )
    sale = models.ForeignKey(
        Sale, on_delete=models.PROTECT, null=True, blank=True, related_name="payout_parts"
    )
    amount_cents = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gt=0), name="a_part_of_a_payout_is_some_money"
            ),
            models.CheckConstraint(
                condition=models.Q(transfer__isnull=True, sale__isnull=False)
                | models.Q(transfer__isnull=False, sale__isnull=True),
                name="a_part_of_a_payout_has_one_origin",
            ),
            models.UniqueConstraint(
                fields=["payout", "transfer", "sale"],
                nulls_distinct=False,
                name="an_origin_is_once_in_a_payout",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.payout_id}"


class BalanceTransaction(SharedModel):
    """A balance transaction of Stripe's; amounts in cents, negative if outgoing."""

    RETENTION = retention.TEN_YEARS

    stripe_id = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=40)
    amount_cents = models.BigIntegerField()
    fee_cents = models.BigIntegerField(default=0)
    net_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="eur")
    source = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    available_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(fields=["made_at"], name="balance_transactions_by_day"),
            models.Index(fields=["source"], name="balance_transactions_of_source"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.net_cents}"


class Reconciliation(SharedModel):
    """A comparison of our ledger with Stripe's balance transactions, over some days."""

    RETENTION = retention.TEN_YEARS

    State = ReconciliationState

    first_day = models.DateField()
    last_day = models.DateField()
    fetched_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    compared = models.PositiveIntegerField(default=0)
    explained = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)
    stripe_cents = models.BigIntegerField(null=True, blank=True)
    ledger_cents = models.BigIntegerField(null=True, blank=True)
    explained_cents = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=ReconciliationState.values),
                name="a_reconciliation_is_in_a_known_state",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} to {self.last_day}"


class Case(SharedModel):
    """Something between the books and Stripe that no rule explains: an operator looks at it."""

    RETENTION = retention.TEN_YEARS

    class Kind(models.TextChoices):
        """The kinds of differences."""

        MISSING = "missing", _("Absent de nos livres")
        EXTRA = "extra", _("Absent chez Stripe")
        AMOUNT = "amount", _("Autre montant")
        UNKNOWN_KIND = "unknown_kind", _("Mouvement inconnu")
        CURRENCY = "currency", _("Autre monnaie")
        LATE_FEE = "late_fee", _("Frais encore inconnus")
        BALANCE = "balance", _("Solde différent")
        PAYMENT_MISMATCH = "misfit", _("Paiement qui ne correspond pas")
        UNREQUESTED_REVERSAL = "unasked", _("Reprise que personne n’a demandée")
        FAILING_STEP = "stuck", _("Étape qui échoue")
        PAPER = "paper", _("Fichier altéré")
        ESTABLISHMENT = "moved", _("Commerçant qui a changé de pays")
        STRANDED = "stranded", _("Argent sur un compte fermé")
        BANK_LINE = "bank", _("Ligne de la banque sans explication")

    State = CaseState

    reference = models.CharField(max_length=12, unique=True, default=case_reference)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    subject = models.CharField(max_length=120)
    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    ledger_transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stripe_cents = models.BigIntegerField(null=True, blank=True)
    ledger_cents = models.BigIntegerField(null=True, blank=True)
    details = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    explanation = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=CaseState.values),
                name="a_case_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=CaseState.CLOSED)
                | models.Q(closed_by__isnull=False) & ~models.Q(explanation=""),
                name="a_closed_case_says_who_and_why",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(state=CaseState.OPEN),
                name="a_difference_has_one_open_case",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
