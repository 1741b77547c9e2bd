"""Refusals by councils of a merchant, a category or an ad; they contain no person's name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.catalogue.merchants.models import Category, Merchant
from saas.catalogue.placements.models import slots
from saas.catalogue.placements.models.campaigns import Campaign
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, SpaceModel, reference
from tenants.spaces.models import Company, Tenant


def refusal_reference() -> str:
    """Return a new public reference of a refusal."""
    return reference("RF")


class Refusal(SharedModel):
    """Merchant, category or ad that a space's council refuses, with the reason.

    In a park it is the refusal of a single council: that of the company `company`, or the park's
    own if empty. It becomes `for_all` once every council of the space refuses the same: only then
    does the ad leave the space. It is in force from `since` until the council takes it back. A
    refused ad includes ads with the same words: its following months, and a new draft. The deciding
    person is recorded only in the space.
    """

    RETENTION = retention.WITH_SERVICE

    reference = models.CharField(max_length=12, unique=True, default=refusal_reference)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    merchant = models.ForeignKey(
        Merchant, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    category = models.CharField(max_length=10, choices=Category, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    for_all = models.BooleanField(default=True, db_default=True)
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merchant__isnull=False, category="", campaign=None)
                | models.Q(merchant=None, campaign=None) & ~models.Q(category="")
                | models.Q(merchant=None, category="", campaign__isnull=False),
                name="a_refusal_names_one_thing",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="a_refusal_says_why",
                violation_error_message=_("Dites pourquoi\u00a0: le commerçant le lit."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "company", "merchant", "category", "campaign"],
                condition=models.Q(until=None),
                nulls_distinct=False,
                name="a_council_refuses_a_thing_once",
                violation_error_message=_("Le CSE le refuse déjà."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.tenant_id}"


class CampaignDeparture(SharedModel):
    """Paid campaign that left a space, or a slot of it: the days not run were refunded.

    It left the whole space because its council refused it or because the space ends (then without a
    refusal); the screens because no screen was lit; the shelf because it was empty; or a slot
    because its room was switched off. It left a single slot because its merchant stopped it there.
    """

    RETENTION = retention.WITH_SERVICE

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="departures")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    refusal = models.ForeignKey(
        Refusal, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    slot = models.CharField(
        max_length=14, choices=slots.choices, blank=True, default="", db_default=""
    )
    is_stopped = models.BooleanField(default=False, db_default=False)  # by the merchant
    left_at = models.DateTimeField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["left_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "tenant", "slot"], name="a_campaign_leaves_a_space_once"
            ),
            models.CheckConstraint(
                condition=models.Q(refusal__isnull=False, slot="", is_stopped=False)
                | models.Q(refusal=None, is_stopped=False)
                | models.Q(refusal=None, is_stopped=True) & ~models.Q(slot=""),
                name="a_campaign_leaves_a_space_or_what_shows_nothing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["left_at"],
                condition=models.Q(mailed_at=None),
                name="campaign_departures_to_mail",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} left {self.tenant_id}"


class OwnRefusal(SpaceModel):
    """A refusal of the council of the space that asks: a view filtered on `current_user`."""

    reference = models.CharField(max_length=12)
    merchant_id = models.BigIntegerField(null=True)
    category = models.CharField(max_length=10, choices=Category)
    merchant_name = models.CharField(max_length=80)
    headline = models.CharField(max_length=80)
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    company_id = models.BigIntegerField(null=True)
    for_all = models.BooleanField()

    class Meta:
        managed = False
        db_table = "placements_own_refusal"
        ordering = ["-since", "-id"]

    def __str__(self) -> str:
        return self.reference
