"""How a service of the city comes into the catalogue."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from saas.catalogue.city_services.models import CityService, ServiceHours
from saas.catalogue.merchants.rules.shops import Opening, check_hours
from tenants.spaces.rules.walks import check_place


@transaction.atomic
def add_service(
    *, slug: str, hours: Sequence[Opening], at: dt.datetime, **columns: Any
) -> CityService:
    """Create a city service with its hours, or update the service with the same slug.

    Called by the import of the town's data, not by a user.
    """
    check_hours(hours)
    service = CityService.objects.filter(slug=slug).first() or CityService(slug=slug, added_at=at)
    for column, value in columns.items():
        setattr(service, column, value)
    service.full_clean()
    check_place(service.latitude, service.longitude)
    service.save()
    service.hours.all().delete()
    ServiceHours.objects.bulk_create(
        ServiceHours(service=service, **opening._asdict()) for opening in sorted(hours)
    )
    return service
