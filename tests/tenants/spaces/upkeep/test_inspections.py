"""Each schema is compared daily with the blueprint, and operators are notified of differences."""

import datetime as dt
import logging

import pytest
from django.utils import timezone

from saas.celery import app
from tenants.spaces.models import Inspection, Tenant
from tenants.spaces.queries import upkeep as queries
from tenants.spaces.tasks import upkeep as tasks
from tests.tenants.spaces.upkeep.conftest import Planter, as_owner


def inspected(name: str) -> list[str]:
    """Run the inspection of a space, and return the differences stored."""
    tenant = Tenant.objects.get(schema_name=name)
    tasks.inspect_schema.apply(args=(tenant.pk,)).get()
    return list(Inspection.objects.get(tenant=tenant).differences)


def test_change_by_hand_is_named_in_the_log_and_for_the_operator(
    own_database: None, caplog: pytest.LogCaptureFixture
) -> None:
    as_owner("SELECT nextval('north.ids')")  # people live in it
    assert inspected("north") == []
    as_owner("ALTER TABLE north.classifieds_classified ADD COLUMN extra int")
    with caplog.at_level(logging.WARNING):
        assert inspected("north") == ["column classifieds_classified.extra: too much"]
    assert "north differs: column classifieds_classified.extra: too much" in caplog.text
    (row,) = queries.differing()
    extra = "column classifieds_classified.extra: too much"
    assert (row.slug, row.differences) == ("north", [extra])
    as_owner("ALTER TABLE north.classifieds_classified DROP COLUMN extra")
    assert inspected("north") == []
    assert queries.differing() == []


def test_schema_gone_or_of_unknown_state_is_reported_and_breaks_no_job(own_database: None) -> None:
    as_owner("UPDATE spaces_tenant SET schema_hash = 'older' WHERE schema_name = 'north'")
    assert "troovon migrate" in inspected("north")[0]
    as_owner("DROP SCHEMA south CASCADE")
    assert "schema: missing" in inspected("south")


def test_a_space_of_the_release_before_is_compared_with_its_own_blueprint(planter: Planter) -> None:
    planter.plant("migrations.RunSQL('SELECT 1')")
    assert inspected("north") == []


def test_each_living_space_is_looked_at_once_a_day(own_database: None) -> None:
    assert len(queries.due_for_inspection(at=timezone.now())) == 2
    inspected("north")
    (left,) = queries.due_for_inspection(at=timezone.now())
    assert Tenant.objects.get(pk=left).schema_name == "south"
    assert len(queries.due_for_inspection(at=timezone.now() + dt.timedelta(days=1, hours=1))) == 2
    as_owner("UPDATE spaces_tenant SET state = 'archived'")
    assert queries.due_for_inspection(at=timezone.now()) == []


def test_the_worker_that_holds_the_owner_s_password_does_it() -> None:
    routed = app.amqp.router.route({}, tasks.inspect_schema.name)
    assert routed["queue"].name == "owner"
