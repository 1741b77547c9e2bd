"""The council's gate: ads that a space's council sees before the space does."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.catalogue.placements.models.campaigns import Campaign
from saas.kernel import retention
from saas.kernel.models import SharedModel, SpaceModel, waits_or_ended
from tenants.spaces.models import Tenant


class AdGate(SharedModel):
    """A council that asked to see ads before its space does, and since when.

    It is the council of a company of a park, or the space's own (`company_id` is null).
    """

    RETENTION = retention.WITH_SERVICE

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    company_id = models.BigIntegerField(null=True, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "company_id"],
                nulls_distinct=False,
                name="a_council_asks_once_to_see_ads_first",
            )
        ]

    def __str__(self) -> str:
        return f"gate of {self.tenant_id}"


class AdPreview(SharedModel):
    """Preview of an ad by a council of its space; without an answer in time, the ad runs.

    In a space with several councils the ad waits until the last of their deadlines.
    """

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """The council's answer, or that its time is over."""

        WAITING = "waiting", _("À voir")
        ACCEPTED = "accepted", _("Acceptée")
        REFUSED = "refused", _("Refusée")
        LAPSED = "lapsed", _("Délai passé")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="previews")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    company_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "tenant", "company_id"],
                nulls_distinct=False,
                name="a_council_sees_an_ad_once",
            ),
            models.CheckConstraint(
                condition=waits_or_ended("decided_at"),
                name="a_preview_says_when_it_was_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "due_at"],
                condition=models.Q(state="waiting"),
                name="previews_of_a_council",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} in {self.tenant_id}"


class OwnPreview(SpaceModel):
    """An ad that waits for a council of the space that asks: a view on `current_user`."""

    company_id = models.BigIntegerField(null=True)
    campaign_reference = models.CharField(max_length=12)
    headline = models.CharField(max_length=80)
    text = models.CharField(max_length=200)
    offer = models.CharField(max_length=20)
    picture = models.CharField(max_length=200)
    merchant_name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "placements_own_preview"
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return self.headline


class OwnGate(SpaceModel):
    """Since when a council of the space that asks sees ads first: a view."""

    company_id = models.BigIntegerField(null=True)
    since = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "placements_own_gate"

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}"
