"""Placements as a space may read them, by raw SQL too."""

import pytest
from django.db import connection, transaction

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import campaigns as actions
from saas.catalogue.placements.models import RunningFlight
from saas.kernel import schema
from tests.fixtures.people import AT
from tests.saas.catalogue.making import draw_up, make_merchant, run_campaign
from tests.tenants.spaces.database import connecting

pytestmark = pytest.mark.django_db


def seen_from(name: str) -> list[str]:
    with schema.inside(name), connection.cursor() as cursor:
        cursor.execute("SELECT headline FROM placements_running ORDER BY reference")
        return [row[0] for row in cursor.fetchall()]


def test_a_space_sees_its_own_paid_flights_and_never_another_s() -> None:
    merchant = make_merchant()
    run_campaign(merchant, headline="Formule du midi")
    draw_up(merchant, headline="Pas encore payée")

    assert seen_from("north") == ["Formule du midi"]
    assert seen_from("south") == []


@pytest.mark.parametrize("table", ["flight", "campaign", "flightday", "price", "pricelist"])
def test_a_space_reads_no_table_of_placements(table: str) -> None:
    with connecting.refused("permission denied", space="north") as cursor:
        cursor.execute(f"SELECT * FROM placements_{table}")  # noqa: S608 - our own names


def test_a_stopped_campaign_and_a_blocked_shop_are_shown_nowhere() -> None:
    stopped = run_campaign(make_merchant())
    actions.stop(campaign_id=stopped.pk, at=AT)
    assert seen_from("north") == []

    run_campaign(make_merchant("Ti’Zeste"))
    Merchant.objects.update(state=Merchant.State.BLOCKED)
    assert seen_from("north") == []


def test_the_view_is_answered_by_indexes() -> None:
    day = AT.date()
    with schema.inside("north"), transaction.atomic(), connection.cursor() as cursor:
        today = RunningFlight.objects.filter(starts_on__lte=day, ends_on__gte=day)
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = today.explain()

    assert "spaces_tenant_schema_name" in plan
    # The day narrows the space's own flights, which an index finds: it is asked of no others.
    assert "(tenant_id = t.id)" in plan
    assert "Seq Scan" not in plan
