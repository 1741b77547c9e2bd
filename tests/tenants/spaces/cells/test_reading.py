"""A person in a cell reads on their next page what their last act wrote in `public`."""

import statistics
import time

import pytest
from django.db import connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from saas.kernel import schema
from tenants.spaces import hosts
from tenants.spaces.database.cells import reading, replication
from tenants.spaces.middleware import SpaceMiddleware, _place_of
from tenants.spaces.models import Domain, Tenant
from tests.tenants.spaces.cells.conftest import SOUTH, TwoClusters
from tests.tenants.spaces.database.connecting import ask

pytestmark = pytest.mark.proof
NAMED = "SELECT name FROM spaces_own_tenant"
RENAMES = 60


def rename_in(name: str) -> float:
    """Rename the space as a request does; return the seconds that the answer took longer."""
    schema.enter(schema.PUBLIC)
    host = Domain.objects.filter(tenant__schema_name=SOUTH, is_primary=True).get().domain
    began = 0.0

    def view(_request: HttpRequest) -> HttpResponse:
        nonlocal began
        with schema.in_public(), transaction.atomic():
            Tenant.objects.filter(schema_name=SOUTH).update(name=name)
        began = time.perf_counter()
        return HttpResponse()

    request = RequestFactory().post("/", headers={"host": host})
    request.place = _place_of(host)  # type: ignore[attr-defined]
    hosts.find(host)
    SpaceMiddleware(view)(request)
    waited = time.perf_counter() - began
    schema.enter(schema.PUBLIC)
    return waited


def test_next_page_reads_what_was_written(south_in_east: TwoClusters) -> None:
    waits = []
    for number in range(RENAMES):
        waits.append(rename_in(f"Sud {number}"))
        with schema.inside(SOUTH):
            assert ask(connection, NAMED) == (f"Sud {number}",)
    assert statistics.median(waits) < 0.05, sorted(waits)
    rename_in("South")


def test_answer_waits_for_a_fifth_of_a_second_at_most(south_in_east: TwoClusters) -> None:
    name = replication.slot_of("east")
    with connections["owner.east"].cursor() as cursor:
        cursor.execute(f"ALTER SUBSCRIPTION {name} DISABLE")
    try:
        assert reading.MOST_SECONDS <= rename_in("Loin") < reading.MOST_SECONDS + 0.3
    finally:
        with connections["owner.east"].cursor() as cursor:
            cursor.execute(f"ALTER SUBSCRIPTION {name} ENABLE")
    rename_in("South")


def test_reading_and_spaces_at_home_wait_for_nothing(
    south_in_east: TwoClusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_slot: str) -> None:
        raise AssertionError

    monkeypatch.setattr(reading, "_wait", refuse)
    reading.wait_for_cell(SOUTH, since=reading.commits())
    reading.wait_for_cell("north", since=-1)
