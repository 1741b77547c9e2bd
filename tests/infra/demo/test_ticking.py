"""The demo's clock moves each hour that operators wait for."""

import datetime as dt

import pytest
from django.utils import timezone

from infra.demo import ticking
from saas import schedule
from saas.console.models import QueueReminder
from tenants.spaces.actions.standing import ask_for_proof
from tenants.spaces.models import SpaceStanding
from tests.fixtures.people import AT
from tests.tenants.spaces.hosts.dns import administrator


@pytest.mark.django_db
def test_moved_clock_reminds_operators_of_a_deadline() -> None:
    SpaceStanding.objects.filter(tenant__slug="north").update(state="new", way="")
    standing = ask_for_proof(way="call", contact="Le matin", by=administrator(), at=AT)
    assert standing.due_at is not None
    for hours, expected in ((26, {True}), (23, {True, False})):
        ticking.run_at(ticking.JOBS_IN_PUBLIC, standing.due_at - dt.timedelta(hours=hours))
        assert set(QueueReminder.objects.values_list("is_new", flat=True)) == expected
    assert timezone.now() > AT  # the clock itself was not moved


def test_moved_jobs_are_those_of_the_schedule() -> None:
    scheduled = {entry[1] for entry in (*schedule._EVERY, *schedule._NIGHTLY)}  # noqa: SLF001 - all of them
    assert {job.name for job in ticking.JOBS_IN_PUBLIC} <= scheduled
