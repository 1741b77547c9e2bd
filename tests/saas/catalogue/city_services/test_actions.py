"""How a service of the city comes into the catalogue."""

import datetime as dt
from decimal import Decimal

import pytest

from saas.catalogue.city_services import actions, queries
from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.rules.shops import Opening
from saas.kernel import schema
from saas.kernel.errors import Refused
from tests.saas.catalogue.making import NOON, make_service

pytestmark = pytest.mark.django_db


def test_a_service_is_read_by_every_space_with_its_hours_and_added_once() -> None:
    make_service(name="Bibliothèque")
    make_service(name="Médiathèque")
    with schema.inside("south"):
        service = queries.service_at("mediatheque")
        assert service is not None
        assert queries.openings_of(service) == NOON
    assert [service.name for service in CityService.objects.all()] == ["Médiathèque"]


def test_only_services_between_the_borders_are_found() -> None:
    make_service()
    make_service("Loge-Bus", "loge-bus", latitude=Decimal("48.000000"))
    borders = {"south": "47.38", "north": "47.40", "west": "0.60", "east": "0.70"}
    found = queries.between(**{side: Decimal(degrees) for side, degrees in borders.items()})
    assert [service.slug for service in found] == ["mediatheque"]


def test_overlapping_hours_are_refused() -> None:
    with pytest.raises(Refused, match="chevauche"):
        actions.add_service(
            slug="x",
            hours=[*NOON, Opening(0, dt.time(12), dt.time(13))],
            at=dt.datetime(2026, 11, 25, tzinfo=dt.UTC),
        )
