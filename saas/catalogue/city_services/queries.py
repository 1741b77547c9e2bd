"""Queries of spaces about the city's services."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q

from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.rules.closures import Closures
from saas.catalogue.merchants.rules.shops import Opening

ON_A_PAGE = 50


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
