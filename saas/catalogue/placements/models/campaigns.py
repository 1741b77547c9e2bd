"""Prices, campaigns, flights and creatives; how often a flight was seen on a day."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from saas.accounts.models import User
from saas.catalogue.merchants.models import DECIDED, Merchant, ReviewedWords
from saas.catalogue.placements.models import slots
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel, SpaceModel, one_of, reference
from tenants.spaces.models import Tenant


def campaign_reference() -> str:
    """Return a new public reference of a campaign."""
    return reference("CA")


def flight_reference() -> str:
    """Return a new public reference of a flight."""
    return reference("FL")


class PartOfDay(models.TextChoices):
    """Part of each day during which a placement is shown on screens."""

    ALL = "all", _("Toute la journée")
    MORNING = "morning", _("Le matin, de 7 h à 11 h")
    NOON = "noon", _("À midi, de 11 h à 14 h")
    AFTERNOON = "afternoon", _("L’après-midi, de 14 h à 19 h")


class PriceList(SharedModel):
    """A dated version of the prices; a sale keeps the version that it was made under."""

    RETENTION = retention.WITH_SERVICE

    class Basis(models.TextChoices):
        """People counted by a price: all employees, or members active in the last 30 days."""

        HEADS = "heads", _("Effectif déclaré")
        ACTIVE = "active", _("Membres actifs")

    version = models.PositiveIntegerField(unique=True)
    valid_from = models.DateTimeField()
    basis = models.CharField(
        max_length=6, choices=Basis, default=Basis.ACTIVE, db_default=Basis.ACTIVE
    )
    least_net_cents = models.PositiveBigIntegerField(default=0, db_default=0)
    most_net_cents = models.PositiveBigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True, default="", db_default="")
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"version {self.version}"


class Price(SharedModel):
    """The price of a day in a slot before VAT: a base, and an amount for each 100 people.

    On screens the amount is for each of them, and a part of the day costs a part of it.

    `weekend_bp` is the part of it that a Saturday or a Sunday costs.
    """

    RETENTION = retention.WITH_SERVICE

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    slot = models.CharField(max_length=14, choices=slots.choices)
    day_cents = models.PositiveBigIntegerField()
    day_per_hundred_cents = models.PositiveBigIntegerField()
    weekend_bp = models.PositiveIntegerField(default=10_000, db_default=10_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "slot"], name="a_slot_has_one_price_in_a_list"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.day_cents}+{self.day_per_hundred_cents}"


class Campaign(ReviewedWords):
    """Purchase of a merchant: a creative, shown by flights in some spaces.

    It never changes once drawn up, since its payment may be in progress: to change it, the merchant
    draws up a new draft, which replaces it.
    """

    RETENTION = retention.WITH_SERVICE

    class State(models.TextChoices):
        """Whether it is being written, paid for, or over before its time."""

        DRAFT = "draft", _("Brouillon")
        PAID = "paid", _("Payée")
        STOPPED = "stopped", _("Arrêtée")

    class Rhythm(models.TextChoices):
        """Whether it runs once, or a new campaign follows it each month."""

        ONCE = "once", _("Une fois")
        MONTHLY = "monthly", _("Chaque mois")

    reference = models.CharField(max_length=12, unique=True, default=campaign_reference)
    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT)
    # That a space was closed while it runs: mailed once.
    closure_mailed_at = pending_mail.mailed_at()
    headline = models.CharField(max_length=80)
    text = models.CharField(max_length=200, blank=True)
    offer = models.CharField(max_length=20, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)  # its places on screens
    paused_at = models.DateTimeField(null=True, blank=True)  # by its merchant, until it goes on
    sold_out_at = models.DateTimeField(null=True, blank=True)  # they went to others meanwhile
    rhythm = models.CharField(
        max_length=7, choices=Rhythm, default=Rhythm.ONCE, db_default=Rhythm.ONCE
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        db_index=False,
    )

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(
                fields=["review_due_at"],
                condition=models.Q(seen_at=None, review_due_at__isnull=False),
                name="ads_to_see",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=DECIDED,
                name="an_ad_says_when_and_why_it_was_decided",
                violation_error_message=_("Dites pourquoi\u00a0: le commerçant le lit."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="paid") | ~models.Q(review="none"),
                name="a_paid_ad_is_reviewed",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft", paid_at=None, stopped_at=None)
                | models.Q(state="paid", paid_at__isnull=False, stopped_at=None)
                | models.Q(state="stopped", paid_at__isnull=False, stopped_at__isnull=False),
                name="a_campaign_says_when_it_was_paid_or_stopped",
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        """Return the campaign's page at its merchant's desk."""
        return reverse("placements:detail", args=[self.reference])


class Flight(SharedModel):
    """Campaign in a single space and slot, from a first to a last day (both included)."""

    RETENTION = retention.WITH_SERVICE

    reference = models.CharField(max_length=12, unique=True, default=flight_reference)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="flights")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    slot = models.CharField(max_length=14, choices=slots.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    reach = models.PositiveIntegerField()
    screens = models.PositiveIntegerField(default=0, db_default=0)
    day_part = models.CharField(
        max_length=9, choices=PartOfDay, default=PartOfDay.ALL, db_default=PartOfDay.ALL
    )
    net_cents = models.PositiveBigIntegerField()
    # Days on which the shop or the workplace is closed: neither shown nor charged.
    closed_days_iso = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["starts_on", "id"]
        indexes = [models.Index(fields=["tenant", "ends_on"], name="flights_of_a_space_by_end")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "tenant", "slot"],
                name="a_campaign_flies_once_in_a_slot_of_a_space",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="a_flight_ends_after_it_starts",
                violation_error_message=_("La fin suit le début."),
            ),
            models.CheckConstraint(
                condition=models.Q(slot="kiosk", screens__gte=1)
                & one_of("day_part", PartOfDay.values)
                | ~models.Q(slot="kiosk") & models.Q(screens=0, day_part="all"),
                name="a_flight_counts_its_screens_where_it_has_some",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.slot} {self.starts_on}"

    @property
    def closed_days(self) -> list[dt.date]:
        """Return the days of the order on which the shop or the workplace is closed."""
        return [dt.date.fromisoformat(day) for day in self.closed_days_iso]


class FlightDay(SharedModel):
    """Number of views and clicks of a flight on a day, aggregated without members.

    On a shelf also the number of times its media were opened and borrowed.
    """

    RETENTION = retention.WITH_SERVICE

    flight = models.ForeignKey(Flight, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    opens = models.PositiveIntegerField(default=0, db_default=0)
    loans = models.PositiveIntegerField(default=0, db_default=0)
    gathered_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["flight", "day"], name="a_flight_has_one_row_for_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.flight_id} {self.day}"


class FlightPlay(SharedModel):
    """How often a flight was played on a screen on a day; never added to views."""

    RETENTION = retention.WITH_SERVICE

    flight = models.ForeignKey(Flight, on_delete=models.CASCADE, related_name="plays")
    day = models.DateField()
    screen_reference = models.CharField(max_length=12)
    screen_name = models.CharField(max_length=40)
    plays = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    gathered_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "flight", "screen_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["flight", "day", "screen_reference"],
                name="a_flight_has_one_row_for_a_screen_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.flight_id} {self.day} {self.screen_reference}"


class SpaceInventory(SharedModel):
    """Screens and shelf places of a space, as reported by it: the inventory for merchants.

    A sale of a place there locks this row, so that no place is sold twice.
    """

    RETENTION = retention.WITH_SERVICE

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="+")
    screens = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True, blank=True)  # the last sign of any of its screens
    dark_since = models.DateTimeField(null=True, blank=True)  # no screen is lit since then
    unshown = models.CharField(max_length=40, blank=True, default="", db_default="")  # day-parts
    shelf_places = models.PositiveIntegerField(default=0, db_default=0)
    bare_since = models.DateTimeField(null=True, blank=True)  # its shelf is empty since then
    # Slots of rooms that the space has switched off, each with the moment in ISO 8601.
    closed_slots = models.JSONField(default=dict, blank=True, db_default={})
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.screens} and {self.shelf_places} of {self.tenant_id}"


class RunningFlight(SpaceModel):
    """A paid flight in the space that asks: a view filtered on `current_user`."""

    reference = models.CharField(max_length=12)
    campaign_reference = models.CharField(max_length=12)
    slot = models.CharField(max_length=14, choices=slots.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    day_part = models.CharField(max_length=9, choices=PartOfDay)
    closed_days_iso = models.JSONField()
    headline = models.CharField(max_length=80)
    text = models.CharField(max_length=200)
    offer = models.CharField(max_length=20)
    picture = models.CharField(max_length=200)
    merchant_id = models.BigIntegerField()
    merchant_reference = models.CharField(max_length=12)
    merchant_slug = models.CharField(max_length=60)
    merchant_name = models.CharField(max_length=80)
    merchant_latitude = models.DecimalField(max_digits=9, decimal_places=6)
    merchant_longitude = models.DecimalField(max_digits=9, decimal_places=6)
    refused_by = models.TextField()

    class Meta:
        managed = False
        db_table = "placements_running"

    def __str__(self) -> str:
        return self.headline

    @property
    def closed_days(self) -> tuple[dt.date, ...]:
        """Return the days on which the shop or the workplace is closed, and nothing is shown."""
        return tuple(dt.date.fromisoformat(day) for day in self.closed_days_iso)
