"""Queries of spaces about the city's services."""

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from saas.catalogue.city_services.models import CityService, ServiceFile
from saas.catalogue.merchants.rules.closures import Closures
from saas.catalogue.merchants.rules.shops import Opening
from saas.kernel.values.points import Point, degrees_around
from tenants.spaces.rules.walks import reach_metres, walking_minutes

ON_A_PAGE = 50
NEAR_MINUTES = 15
READ_WITHIN = dt.timedelta(minutes=1)  # a job that takes longer was lost


class ServiceList(NamedTuple):
    """A page of the services that a text finds."""

    page: Page[Any]
    sought: str


def listed(sought: str, number: str) -> ServiceList:
    """Return the services of a name or a town, by name."""
    text = sought.strip()[:80]
    found = Q(name__icontains=text) | Q(city__icontains=text) | Q(postcode__startswith=text)
    rows = CityService.objects.filter(found)
    return ServiceList(Paginator(rows, ON_A_PAGE).get_page(number), text)


def between(*, south: Decimal, north: Decimal, west: Decimal, east: Decimal) -> list[CityService]:
    """Return the services inside four borders, with their hours."""
    inside = CityService.objects.filter(
        latitude__range=(south, north), longitude__range=(west, east)
    )
    return list(inside.prefetch_related("hours"))


def services_near(point: Point) -> list[CityService]:
    """Return the services within a quarter of an hour on foot of a point, the nearest first."""
    latitude, longitude = point
    high, wide = degrees_around(latitude, reach_metres(NEAR_MINUTES))
    found = between(
        south=Decimal(latitude - high),
        north=Decimal(latitude + high),
        west=Decimal(longitude - wide),
        east=Decimal(longitude + wide),
    )
    minutes = {service.pk: walking_minutes(point, [_pin(service)]) for service in found}
    near = [service for service in found if minutes[service.pk] <= NEAR_MINUTES]
    return sorted(near, key=lambda service: minutes[service.pk])


def _pin(service: CityService) -> Point:
    return float(service.latitude), float(service.longitude)


def service_at(slug: str) -> CityService | None:
    """Return the service of an address, with its hours."""
    return CityService.objects.filter(slug=slug).prefetch_related("hours").first()


def openings_of(service: CityService) -> list[Opening]:
    """Return the hours of a service as values."""
    return [Opening(row.weekday, row.opens, row.closes) for row in service.hours.all()]


def closures_of(service: CityService) -> Closures:
    """Return the days on which a service is shut: holidays, but for parks and transport."""
    is_open = service.kind in {CityService.Kind.PARK, CityService.Kind.TRANSPORT}
    return Closures(service.postcode, open_on_holidays=is_open)


def file_of(reference: str) -> ServiceFile | None:
    """Return a file of services without its content, or None if there is none."""
    return ServiceFile.objects.filter(reference=reference).defer("content").first()


def files_to_read(*, at: dt.datetime | None = None) -> QuerySet[ServiceFile]:
    """Return files that no job has read; with a moment, only overdue files."""
    waiting = ServiceFile.objects.filter(found__isnull=True, failure="")
    return waiting if at is None else waiting.filter(sent_at__lt=at - READ_WITHIN)


def expired_files(at: dt.datetime) -> QuerySet[ServiceFile]:
    """Return files that nobody has imported in time."""
    return ServiceFile.objects.filter(sent_at__lt=at - ServiceFile.RETENTION)
