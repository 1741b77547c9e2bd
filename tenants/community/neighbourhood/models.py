"""How often placements were seen here, and what they brought the council."""

import datetime as dt

from django.db import models

from saas.kernel import retention
from saas.kernel.models import SpaceModel


class DailySalt(SpaceModel):
    """The key that hides members in a day's counts; once it is gone, nothing leads to a person."""

    KEEP = dt.timedelta(days=2)

    day = models.DateField(unique=True)
    key = models.BinaryField(max_length=32)

    class Meta:
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"key of {self.day}"


class PlacementEvent(SpaceModel):
    """A member saw or followed a flight, or opened what it offers: counted once, by keyed hash."""

    KEEP = dt.timedelta(days=30)

    class Kind(models.TextChoices):
        """The kinds of counts, which are never added together."""

        VIEW = "view"
        CLICK = "click"
        OPEN = "open"
        LOAN = "loan"

    flight_reference = models.CharField(max_length=12)
    day = models.DateField()
    kind = models.CharField(max_length=5, choices=Kind)
    pseudonym = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["flight_reference", "day", "kind", "pseudonym"],
                name="a_member_counts_once_a_day_for_a_flight",
            )
        ]
        indexes = [models.Index(fields=["day", "kind"], name="placement_events_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.flight_reference} on {self.day}"


class CouncilMonth(SpaceModel):
    """The cents that a campaign brought the space's councils in a month; kept from the ledger.

    It is shares before the councils' own VAT, refunds taken off: what statements call earned.
    `by_council` has each council's cents by its reference, which add up to `brought_cents`; rows
    without it are older than that column, and are written anew.
    """

    KEEP = retention.with_space()

    month = models.DateField()
    campaign_reference = models.CharField(max_length=12)
    merchant_name = models.CharField(max_length=80)
    brought_cents = models.BigIntegerField()
    by_council = models.JSONField(null=True)

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["month", "campaign_reference"],
                name="a_campaign_stands_once_in_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="a_month_is_named_by_its_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.campaign_reference}"
