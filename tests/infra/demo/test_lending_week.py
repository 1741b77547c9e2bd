"""The demo's week of loans: each state that a page shows is there, whatever the hour."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from infra.demo.seed.community import lending
from infra.demo.seed.rows.lending import THINGS
from tenants.community.lending.models import Loan, WaitingListEntry
from tenants.community.members.models import Role
from tests.fixtures.people import make_user


@pytest.mark.parametrize("hour", [0, 11])
def test_week_of_loans_has_every_state_that_a_page_shows(
    in_north: None, monkeypatch: pytest.MonkeyPatch, hour: int
) -> None:
    at = dt.datetime(2026, 11, 25, hour, 7, tzinfo=dt.UTC)
    rows = [row._replace(audience="space", art="") for row in THINGS[lending.FULL_STORY]]
    monkeypatch.setattr(lending, "THINGS", {lending.FULL_STORY: rows})
    people = [make_user(f"Membre{number}") for number in range(11)]
    Role.objects.create(user=people[7], role="council", given_at=at)
    space: Any = SimpleNamespace(
        slug=lending.FULL_STORY, schema_name="north", time_zone="Europe/Paris"
    )
    things = lending.fill(space, people, at)
    states = set(Loan.objects.values_list("state", flat=True))
    assert states == {"requested", "accepted", "out", "returned"}
    assert Loan.objects.filter(state="out", ends_at__lt=at).exists()
    assert WaitingListEntry.objects.filter(state="waiting").count() == 3
    assert any(thing.of_council for thing in things)
