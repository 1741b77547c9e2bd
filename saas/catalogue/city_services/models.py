"""Services of the city and their hours; every space may read them."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from saas.catalogue.merchants.models import LATEST_ON_THE_MORROW
from saas.kernel import retention
from saas.kernel.models import SharedModel, reference
from saas.kernel.search.sorting import SortKey
from tenants.spaces.models import Place


def service_reference() -> str:
    """Return a new public reference of a city service."""
    return reference("VS")


def file_reference() -> str:
    """Return a new public reference of a file of city services."""
    return reference("VF")


class CityService(Place):
    """A library, a bus stop, a pool, a counter of the town hall."""

    RETENTION = retention.WITH_SERVICE

    class Kind(models.TextChoices):
        """The kinds of city services."""

        LIBRARY = "library", _("Médiathèque")
        TRANSPORT = "transport", _("Transports")
        SPORT = "sport", _("Sport")
        TOWN_HALL = "town_hall", _("Mairie")
        CHILDCARE = "childcare", _("Petite enfance")
        PARK = "park", _("Parc")
        OTHER = "other", _("Autre service")

    reference = models.CharField(max_length=12, unique=True, default=service_reference)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind)
    description = models.TextField(max_length=600, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    website = models.URLField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    # Where a later file finds it again: `osm:node/1`, or `csv:` and the id of its row.
    source = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        ordering = [SortKey("name")]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=~models.Q(source=""),
                name="a_service_is_imported_once",
            ),
        ]
        indexes = [models.Index(fields=["latitude"], name="city_services_by_latitude")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_openstreetmap(self) -> bool:
        """Whether its data come from OpenStreetMap, which pages must name (ODbL)."""
        return self.source.startswith("osm:")


class ServiceHours(SharedModel):
    """Opening hours of a city service on a weekday (Monday is 0); may end the next day."""

    RETENTION = retention.WITH_SERVICE

    service = models.ForeignKey(CityService, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens"))
                | models.Q(closes__lt=models.F("opens"), closes__lte=LATEST_ON_THE_MORROW),
                name="a_service_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ServiceFile(SharedModel):
    """A file of services that an operator sent; a job reads it, and its import deletes it.

    `found` is what the file holds, once it is read; `failure` is a word of the opener.
    """

    RETENTION = dt.timedelta(days=7)

    reference = models.CharField(max_length=12, unique=True, default=file_reference)
    name = models.CharField(max_length=120)
    content = models.BinaryField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=20, blank=True)
    found = models.JSONField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.reference
