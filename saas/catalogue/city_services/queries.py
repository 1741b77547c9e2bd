"""Queries of spaces about the city's services."""

from decimal import Decimal

from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.rules.shops import Opening


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
