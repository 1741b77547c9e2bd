"""Views of a space's own councils, which filter on the role that asks."""

import datetime as dt

from django.db import models

from billing.models.councils import AccountChange, Council
from billing.models.shares import Share
from billing.models.subscriptions import Subscription
from billing.models.taxes import TaxPayment
from billing.models.treasury import Payout
from saas.catalogue.placements.models import slots
from saas.kernel.models import SpaceModel


class OwnCouncil(SpaceModel):
    """A council of the space."""

    reference = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    company_id = models.BigIntegerField(null=True)
    weight = models.PositiveIntegerField()
    account_state = models.CharField(max_length=20, choices=Council.AccountState)
    payouts_state = models.CharField(max_length=11, choices=Council.PayoutsState)
    account_needs = models.CharField(max_length=13, choices=Council.Needs)
    contact_email = models.EmailField()
    legal_personality = models.BooleanField()
    personality_asked_at = models.DateTimeField(null=True)
    siren = models.CharField(max_length=9)
    street = models.CharField(max_length=120)
    postcode = models.CharField(max_length=10)
    city = models.CharField(max_length=80)
    vat_number = models.CharField(max_length=16)
    is_vat_payer = models.BooleanField()
    self_billing_since = models.DateTimeField(null=True)
    self_billing_version = models.PositiveSmallIntegerField()
    account_requirements = models.JSONField(null=True)
    account_deadline_at = models.DateTimeField(null=True)
    account_coming = models.JSONField(null=True)
    account_coming_at = models.DateTimeField(null=True)
    account_seen_at = models.DateTimeField(null=True)
    confirmed_until = models.DateField(null=True)
    treasurer_reference = models.CharField(max_length=12)
    secretary_reference = models.CharField(max_length=12)
    ended_at = models.DateTimeField(null=True)
    account_balance_cents = models.BigIntegerField(null=True)
    account_balance_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "billing_own_council"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class OwnTerms(SpaceModel):
    """A version of the terms of a council of the space."""

    council_reference = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    rate_bp = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by_name = models.CharField(max_length=121)
    accepted_by_role = models.CharField(max_length=20)
    offered_by_name = models.CharField(max_length=121)
    aep_bp = models.PositiveIntegerField()
    resolution = models.CharField(max_length=120)
    declined_at = models.DateTimeField(null=True)
    declined_by_name = models.CharField(max_length=121)
    declined_because = models.CharField(max_length=200)

    class Meta:
        managed = False
        db_table = "billing_own_terms"
        ordering = ["council_reference", "-version"]

    def __str__(self) -> str:
        return f"version {self.version}: {self.rate_bp} bp"


class OwnShare(SpaceModel):
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
    aep_bp = models.PositiveIntegerField()
    disputed_cents = models.BigIntegerField()
    dispute_state = models.CharField(max_length=22)
    dispute_opened_at = models.DateTimeField(null=True)
    restored_cents = models.BigIntegerField()
    restored_due_cents = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "billing_own_share"
        ordering = ["-collected_at", "-id"]

    def __str__(self) -> str:
        return self.reference


class OwnEntry(SpaceModel):
    """The change of a council's balance for a share, made by a ledger event.

    It is counted as on the statements. `aep_cents` is the part of the operating budget; the rest is
    for activities. `by_bank` is true for a claim after a lost dispute.
    """

    council_reference = models.CharField(max_length=12)
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    cents = models.BigIntegerField()
    share_reference = models.CharField(max_length=12)
    merchant_name = models.CharField(max_length=80)
    campaign_reference = models.CharField(max_length=12)
    headline = models.CharField(max_length=80)
    stripe_id = models.CharField(max_length=60)
    account = models.CharField(max_length=20)
    aep_cents = models.BigIntegerField()
    by_bank = models.BooleanField()

    class Meta:
        managed = False
        db_table = "billing_own_entry"
        ordering = ["occurred_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.cents}"


class OwnLine(SpaceModel):
    """The cents that a campaign brought a council of the space in a month, after refunds."""

    month = models.DateField()
    campaign_reference = models.CharField(max_length=12)
    merchant_name = models.CharField(max_length=80)
    cents = models.BigIntegerField()
    council_reference = models.CharField(max_length=12)

    class Meta:
        managed = False
        db_table = "billing_own_line"
        ordering = ["month", "campaign_reference"]

    def __str__(self) -> str:
        return f"{self.month} {self.campaign_reference}: {self.cents}"


class OwnPayout(SpaceModel):
    """Money that left the Stripe account of a council of the space for its bank."""

    council_reference = models.CharField(max_length=12)
    stripe_id = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=Payout.State)
    amount_cents = models.BigIntegerField()
    arrives_on = models.DateField(null=True)
    failure = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    tax_cents = models.BigIntegerField()
    left_old_account = models.BooleanField()

    class Meta:
        managed = False
        db_table = "billing_own_payout"
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.stripe_id


class OwnPayoutPart(SpaceModel):
    """The part of a council's share that left for its bank, and when."""

    share_reference = models.CharField(max_length=12)
    payout_id = models.BigIntegerField()
    payout_reference = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=Payout.State)
    payout_cents = models.BigIntegerField()
    arrives_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    cents = models.BigIntegerField()
    merchant_name = models.CharField(max_length=80)

    class Meta:
        managed = False
        db_table = "billing_own_payout_part"
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"{self.cents} of {self.payout_reference}"


class OwnDay(SpaceModel):
    """A day of a flight that brought a share to a council of the space."""

    share_reference = models.CharField(max_length=12)
    slot = models.CharField(max_length=14, choices=slots.choices)
    day = models.DateField()
    flight_id = models.BigIntegerField()
    flight_cents = models.BigIntegerField()
    weekend_bp = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_days_iso = models.JSONField()
    views = models.PositiveIntegerField(null=True)
    clicks = models.PositiveIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "billing_own_day"
        ordering = ["day", "flight_id"]

    def __str__(self) -> str:
        return f"{self.day} {self.slot}"

    @property
    def closed_days(self) -> list[dt.date]:
        """Return the days of the flight on which the shop or the workplace was closed."""
        return [dt.date.fromisoformat(day) for day in self.closed_days_iso]


class OwnStatement(SpaceModel):
    """A statement that was made for a council of the space; its file is kept elsewhere."""

    reference = models.CharField(max_length=12)
    council_reference = models.CharField(max_length=12)
    first_day = models.DateField()
    last_day = models.DateField()
    number = models.CharField(max_length=40, null=True)  # noqa: DJ001 - as in the table it shows
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    opening_cents = models.BigIntegerField()
    closing_cents = models.BigIntegerField()
    asked_by_name = models.CharField(max_length=121)
    made_at = models.DateTimeField()
    rendered_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "billing_own_statement"
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.reference


class OwnTax(SpaceModel):
    """The VAT of an invoice that was written in the name of a council of the space."""

    council_reference = models.CharField(max_length=12)
    statement_reference = models.CharField(max_length=12)
    number = models.CharField(max_length=40)
    state = models.CharField(max_length=11, choices=TaxPayment.State)
    amount_cents = models.BigIntegerField()
    netted_cents = models.BigIntegerField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    stripe_id = models.CharField(max_length=60)

    class Meta:
        managed = False
        db_table = "billing_own_tax"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.number}"

    @property
    def left_cents(self) -> int:
        """Cents still to be paid, in either direction."""
        return self.amount_cents - self.netted_cents


class OwnAccountChange(SpaceModel):
    """The replacement of the account of a council of the space."""

    reference = models.CharField(max_length=12)
    council_reference = models.CharField(max_length=12)
    state = models.CharField(max_length=9, choices=AccountChange.State)
    old_account = models.CharField(max_length=60)
    new_account = models.CharField(max_length=60)
    new_account_state = models.CharField(max_length=20, choices=Council.AccountState)
    new_account_requirements = models.JSONField(null=True)
    contact_email = models.EmailField()
    siren = models.CharField(max_length=9)
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by_reference = models.CharField(max_length=12)
    asked_by_name = models.CharField(max_length=121)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by_name = models.CharField(max_length=121)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=200)
    spare_closed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "billing_own_account_change"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.reference


class OwnRenewal(SpaceModel):
    """A monthly campaign shown in the space, and the value of its next month here."""

    merchant_name = models.CharField(max_length=80)
    headline = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=Subscription.State)
    next_at = models.DateTimeField(null=True)
    net_cents = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "billing_own_renewal"
        ordering = ["next_at", "id"]

    def __str__(self) -> str:
        return self.headline
