"""Scheduled jobs of the rooms: each reaches every open space."""

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from saas.kernel import schema
from tenants.community.members import clock
from tenants.spaces import fan_out
from tenants.spaces.models import Company
from tests.fixtures.people import DAY

SCHEDULED = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
OF_SOME = {
    # It looks after those spaces alone that have a neighbour.
    "tenants.community.treaties.clock.sync_treaties",
    # It looks after those spaces alone that a company has left: see the test below.
    "tenants.community.members.clock.end_companies",
}
ROOMS = sorted(name for name in SCHEDULED - OF_SOME if name.startswith("tenants.community."))


@pytest.mark.parametrize("name", ROOMS)
def test_scheduled_job_of_a_room_reaches_every_open_space(
    db: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    reached: list[str] = []
    monkeypatch.setattr(fan_out, "send", lambda _task, *_, space, **__: reached.append(space))
    import_string(name).apply(throw=True)
    assert {"north", "south"} <= set(reached)


def test_departures_reach_the_spaces_that_a_company_has_left(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[tuple[int, str]] = []
    monkeypatch.setattr(
        clock, "send", lambda _task, row_id, *, space: reached.append((row_id, space))
    )
    with schema.in_public():
        company = Company.objects.get(name="North Deux")
        Company.objects.filter(pk=company.pk).update(leaves_on=timezone.localdate() - DAY)
    clock.end_companies.apply(throw=True)
    assert reached == [(company.pk, "north")]
