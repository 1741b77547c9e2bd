"""What a space may read of its own councils: views that filter on the role that asks."""

from django.db import models

from billing.models.councils import Council
from billing.models.shares import Share


class OwnCouncil(models.Model):
    """A council of the space."""

    reference = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    company_id = models.BigIntegerField(null=True)
    weight = models.PositiveIntegerField()
    account_state = models.CharField(max_length=20, choices=Council.AccountState)
    payouts_state = models.CharField(max_length=11, choices=Council.PayoutsState)
    account_needs = models.CharField(max_length=13, choices=Council.Needs)
    contact_email = models.EmailField()

    class Meta:
        managed = False
        db_table = "billing_own_council"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class OwnTerms(models.Model):
    """A version of the terms of a council of the space."""

    council_reference = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    rate_bp = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by_name = models.CharField(max_length=121)
    accepted_by_role = models.CharField(max_length=20)

    class Meta:
        managed = False
        db_table = "billing_own_terms"
        ordering = ["council_reference", "-version"]

    def __str__(self) -> str:
        return f"version {self.version}: {self.rate_bp} bp"


class OwnShare(models.Model):
    """A share of a council of the space, with the part of the sale that was made in this space."""

    reference = models.CharField(max_length=12)
    council_reference = models.CharField(max_length=12)
    council_name = models.CharField(max_length=120)
    state = models.CharField(max_length=15, choices=Share.State)
    amount_cents = models.BigIntegerField()
    netted_cents = models.BigIntegerField()
    owed_cents = models.BigIntegerField()
    collected_at = models.DateTimeField()
    release_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    transferred_at = models.DateTimeField(null=True)
    transferred_cents = models.BigIntegerField()
    transfer_reference = models.CharField(max_length=60)
    merchant_name = models.CharField(max_length=80)
    merchant_slug = models.CharField(max_length=60)
    campaign_reference = models.CharField(max_length=12)
    headline = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    slots = models.CharField(max_length=80)
    rate_bp = models.PositiveIntegerField()
    terms_version = models.PositiveIntegerField()
    terms_accepted = models.BooleanField()
    weight = models.PositiveIntegerField()
    weight_total = models.PositiveIntegerField()
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    gross_cents = models.BigIntegerField()
    fee_cents = models.BigIntegerField(null=True)
    refunded_cents = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "billing_own_share"
        ordering = ["-collected_at", "-id"]

    def __str__(self) -> str:
        return self.reference


class OwnEntry(models.Model):
    """A line of the ledger about a council of the space: earned, sent, taken back, given up."""

    council_reference = models.CharField(max_length=12)
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    cents = models.BigIntegerField()
    share_reference = models.CharField(max_length=12)
    merchant_name = models.CharField(max_length=80)
    campaign_reference = models.CharField(max_length=12)
    headline = models.CharField(max_length=80)
    stripe_id = models.CharField(max_length=60)

    class Meta:
        managed = False
        db_table = "billing_own_entry"
        ordering = ["occurred_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.cents}"


class OwnLine(models.Model):
    """What a campaign brought the space's councils in a month, after refunds."""

    month = models.DateField()
    campaign_reference = models.CharField(max_length=12)
    merchant_name = models.CharField(max_length=80)
    cents = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "billing_own_line"
        ordering = ["month", "campaign_reference"]

    def __str__(self) -> str:
        return f"{self.month} {self.campaign_reference}: {self.cents}"
