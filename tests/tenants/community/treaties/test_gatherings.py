"""Gatherings that neighbours see: those that a treaty opens, with their day, until they begin."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.gatherings import actions
from tenants.community.treaties.forms import deciding
from tenants.community.treaties.queries import board as queries
from tests.fixtures.people import Browse
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.treaties.conftest import Jobs, Sides


@pytest.fixture
def gatherings_treaty(boss: User, southern_boss: User, jobs: Jobs) -> Sides:
    """The north shows its gatherings to the south."""
    reference = deciding.propose(
        address="south", gives=["gatherings"], takes=[], message="", by=boss, at=timezone.now()
    )
    jobs.run()
    with schema.inside("south"):
        deciding.accept(reference=reference, by=southern_boss, at=timezone.now())
    jobs.run()
    return Sides(boss, southern_boss, reference)


def test_gathering_for_neighbours_is_seen_with_its_day_until_it_is_cancelled(
    gatherings_treaty: Sides, jobs: Jobs, browse: Browse
) -> None:
    now = timezone.now()
    make_gathering(gatherings_treaty.north, at=now, title="Pour nous")
    shown = make_gathering(
        gatherings_treaty.north, at=now, title="Pour tous", audience="neighbours"
    )
    jobs.run()

    with schema.inside("south"):
        (tile,) = queries.board(queries.Filters(), at=now).tiles
        assert tile.title == "Pour tous"
        assert str(timezone.localtime(shown.starts_at).day) in tile.state
        reader = browse(gatherings_treaty.south, space="south")
        text = reader.get(f"/neighbours/north/{shown.reference}/").content.decode()
        assert "Quand" in text
        assert queries.board(queries.Filters(), at=now + dt.timedelta(days=4)).tiles == []
    actions.cancel(gathering=shown, by=gatherings_treaty.north, at=now)
    jobs.run()
    with schema.inside("south"):
        assert queries.board(queries.Filters(), at=now).tiles == []


def test_mail_with_a_neighbour_s_question_leads_to_the_page_that_it_is_about(
    gatherings_treaty: Sides, jobs: Jobs, browse: Browse, mailoutbox: list[Any]
) -> None:
    north = gatherings_treaty.north
    shown = make_gathering(north, at=timezone.now(), audience="neighbours")
    jobs.run()
    asker = browse(gatherings_treaty.south, space="south")
    asker.post(f"/neighbours/north/{shown.reference}/", {"text": "Des places ?", "contact": "44"})
    mailoutbox.clear()
    jobs.run()
    assert mailoutbox[0].to == [north.email]
    assert f"http://north.{settings.BASE_HOST}{shown.get_absolute_url()}" in mailoutbox[0].body


def test_gathering_is_not_offered_where_no_treaty_opens_them(treaty: Sides) -> None:
    with pytest.raises(Refused, match="Aucun accord n’ouvre les activités"):
        make_gathering(treaty.north, at=timezone.now(), audience="neighbours")
