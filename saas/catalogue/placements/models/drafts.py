"""A campaign that a merchant writes step by step, before it has a price."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models.campaigns import Campaign, PartOfDay
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference


def draft_reference() -> str:
    """Return a new public reference of a draft."""
    return reference("DC")


class CampaignDraft(SharedModel):
    """Answers of a merchant to the wizard so far, from any device.

    Every column but the goal may be empty. `campaign` is set once the draft was drawn up: a second
    click then leads to the same payment.
    """

    RETENTION = retention.after(dt.timedelta(days=90), since="changed_at")

    class Goal(models.TextChoices):
        """The purpose of a campaign, which suggests slots, a rhythm and a part of the day."""

        NOON = "noon", _("Du monde à midi")
        KNOWN = "known", _("Être connu des voisins")
        OFFER = "offer", _("Une offre à faire savoir")
        LASTING = "lasting", _("Être vu tous les mois")

    reference = models.CharField(max_length=12, unique=True, default=draft_reference)
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")
    goal = models.CharField(max_length=7, choices=Goal, blank=True)
    rhythm = models.CharField(max_length=7, choices=Campaign.Rhythm, default=Campaign.Rhythm.ONCE)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    spaces = models.JSONField(default=list, blank=True)
    slots = models.JSONField(default=list, blank=True)
    day_part = models.CharField(max_length=9, choices=PartOfDay, default=PartOfDay.ALL)
    headline = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=200, blank=True)
    offer = models.CharField(max_length=20, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    instead_of = models.CharField(max_length=12, blank=True)  # the unpaid campaign that it replaces
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.reference} {self.headline}"
