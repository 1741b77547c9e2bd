"""Campaigns that a merchant pays month by month."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse

from billing.models.states import SubscriptionState
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def subscription_reference() -> str:
    """Return a new public reference of a subscription."""
    return reference("SU")


class Subscription(SharedModel):
    """A monthly campaign; each paid month is a campaign, an order and a sale."""

    RETENTION = retention.TEN_YEARS

    State = SubscriptionState

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=subscription_reference)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.OPENING)
    stripe_id = models.CharField(max_length=60, blank=True)
    stripe_item = models.CharField(max_length=60, blank=True)
    net_cents = models.PositiveBigIntegerField()
    vat_cents = models.PositiveBigIntegerField()
    gross_cents = models.PositiveBigIntegerField()
    paid_until = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    failed_invoice = models.CharField(max_length=60, blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=SubscriptionState.values),
                name="a_subscription_is_in_a_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(gross_cents=models.F("net_cents") + models.F("vat_cents")),
                name="a_subscription_is_net_and_vat_together",
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    state__in=[
                        SubscriptionState.ACTIVE,
                        SubscriptionState.PAST_DUE,
                        SubscriptionState.ENDING,
                    ]
                )
                | ~models.Q(stripe_id=""),
                name="a_subscription_that_runs_has_its_number",
            ),
            models.UniqueConstraint(
                fields=["stripe_id"],
                condition=~models.Q(stripe_id=""),
                name="a_subscription_of_stripe_is_kept_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the page where its merchant follows and stops it."""
        return reverse(
            "billing:subscription", urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=[self.reference]
        )
