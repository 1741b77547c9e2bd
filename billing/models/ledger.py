"""The double-entry ledger: append-only, each transaction balanced, by triggers of the database."""

from django.db import models
from django.db.models.functions import Now

from billing.models.councils import Council
from billing.models.orders import Sale
from saas.catalogue.merchants.models import Merchant
from saas.kernel import retention
from saas.kernel.models import SharedModel


class Account(models.TextChoices):
    """The accounts of the ledger; debit is positive, credit negative."""

    STRIPE_BALANCE = "stripe.balance"
    BANK_TRANSIT = "bank.transit"
    RECEIVABLE = "receivable"
    REVENUE_PLACEMENT = "revenue.placement"
    VAT_OUTPUT = "vat.output"
    VAT_INPUT = "vat.input"
    VAT_PENDING = "vat.pending"
    FEES_STRIPE = "fees.stripe"
    FEES_DISPUTE = "fees.dispute"
    SHARE_COST = "share.cost"
    SHARE_HELD = "share.held"
    SHARE_DUE = "share.due"
    SHARE_OWED = "share.owed"
    DISPUTE_SUSPENSE = "dispute.suspense"
    BAD_DEBT = "bad_debt"
    ROUNDING = "rounding"
    BANK = "bank"
    SUSPENSE = "suspense"
    DEFERRED_INCOME = "deferred.income"
    VAT_PAYABLE = "vat.payable"
    VAT_CREDIT = "vat.credit"
    OTHER_INCOME = "income.other"
    OTHER_COST = "cost.other"
    FEES_BANK = "fees.bank"


class LedgerTransaction(SharedModel):
    """A ledger event; its business key makes it unique."""

    RETENTION = retention.TEN_YEARS

    business_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=20)
    occurred_at = models.DateTimeField()
    posted_at = models.DateTimeField(db_default=Now())
    source_ref = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["occurred_at"], name="events_of_the_books_by_moment")]

    def __str__(self) -> str:
        return self.business_key


class LedgerEntry(SharedModel):
    """An amount on an account."""

    RETENTION = retention.TEN_YEARS

    transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, related_name="entries"
    )
    account = models.CharField(max_length=20, choices=Account)
    amount_cents = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sale = models.ForeignKey(
        Sale, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    stripe_id = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount_cents=0), name="an_entry_is_never_of_zero"
            ),
            models.CheckConstraint(
                condition=models.Q(currency="EUR"), name="the_books_are_kept_in_euros"
            ),
            models.CheckConstraint(
                condition=~models.Q(account__startswith="share.") | models.Q(council__isnull=False),
                name="a_share_names_its_works_council",
            ),
            models.CheckConstraint(
                condition=models.Q(account__in=[account.value for account in Account]),
                name="an_entry_is_on_a_known_account",
            ),
        ]
        indexes = [
            models.Index(fields=["council", "account"], name="entries_by_council_and_account"),
            models.Index(
                fields=["stripe_id"],
                condition=~models.Q(stripe_id=""),
                name="entries_by_number_of_stripe",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_cents}"


class LedgerClosing(SharedModel):
    """The balances of all accounts at a moment: later queries add only later entries.

    It contains every entry of an event that occurred until then, if its database transaction ended
    before `open_xid`. An event booked late is found by its later transaction id.
    """

    RETENTION = retention.TEN_YEARS

    closed_at = models.DateTimeField(unique=True)
    open_xid = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-closed_at"]

    def __str__(self) -> str:
        return f"books at {self.closed_at:%Y-%m-%d %H:%M}"


class LedgerBalance(SharedModel):
    """The balance of an account of a council or merchant at a closing."""

    RETENTION = retention.TEN_YEARS

    closing = models.ForeignKey(LedgerClosing, on_delete=models.CASCADE, related_name="balances")
    account = models.CharField(max_length=20)
    council = models.ForeignKey(
        Council, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount_cents = models.BigIntegerField()

    class Meta:
        ordering = ["account", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "account", "council", "merchant"],
                nulls_distinct=False,
                name="an_account_has_one_balance_at_a_closing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_cents}"
