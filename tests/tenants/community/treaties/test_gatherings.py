"""Gatherings and rides that neighbours see: those that a treaty opens, with the day of each."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.community.gatherings import actions
from tenants.community.rides import actions as rides
from tenants.community.treaties.queries import board as queries
from tests.fixtures.people import Browse
from tests.tenants.community.gatherings.making import make_gathering
from tests.tenants.community.rides.making import make_ride
from tests.tenants.community.treaties.conftest import Jobs, Sides

type Agree = Callable[..., Sides]


def test_gathering_for_neighbours_is_seen_with_its_day_until_it_is_cancelled(
    agree: Agree, jobs: Jobs, browse: Browse
) -> None:
    now, sides = timezone.now(), agree("gatherings")
    make_gathering(sides.north, at=now, title="Pour nous")
    shown = make_gathering(sides.north, at=now, title="Pour tous", audience="neighbours")
    jobs.run()

    with schema.inside("south"):
        (tile,) = queries.board(queries.Filters(), at=now).tiles
        assert tile.title == "Pour tous"
        assert str(timezone.localtime(shown.starts_at).day) in tile.state
        reader = browse(sides.south, space="south")
        assert "Quand" in reader.get(f"/neighbours/north/{shown.reference}/").text
        assert queries.board(queries.Filters(), at=now + dt.timedelta(days=4)).tiles == []
    actions.cancel(gathering=shown, by=sides.north, at=now)
    jobs.run()
    with schema.inside("south"):
        assert queries.board(queries.Filters(), at=now).tiles == []


def test_mail_with_a_neighbour_s_message_leads_to_it_and_it_to_its_gathering(
    agree: Agree, jobs: Jobs, browse: Browse, mailoutbox: list[Any]
) -> None:
    north, south, _reference = agree("gatherings")
    shown = make_gathering(north, at=timezone.now(), audience="neighbours")
    jobs.run()
    asker = browse(south, space="south")
    sent: Any = asker.post(f"/neighbours/north/{shown.reference}/", {"text": "Des places ?"})
    mailoutbox.clear()
    jobs.run()
    assert mailoutbox[0].to == [north.email]
    assert f"http://north.{settings.BASE_HOST}{sent.url}" in mailoutbox[0].body
    assert shown.get_absolute_url() in browse(north).get(sent.url).text


def test_gathering_is_not_offered_where_no_treaty_opens_them(treaty: Sides) -> None:
    with pytest.raises(Refused, match="Aucun accord n’ouvre les activités"):
        make_gathering(treaty.north, at=timezone.now(), audience="neighbours")


def test_ride_for_neighbours_is_seen_with_its_departure_until_it_is_closed(
    agree: Agree, jobs: Jobs
) -> None:
    now, boss = timezone.now(), agree("rides").north
    make_ride(boss, at=now)
    shown = make_ride(boss, at=now, audience="neighbours", price_cents=100)
    jobs.run()

    with schema.inside("south"), timezone.override("Europe/Paris"):
        (tile,) = queries.board(queries.Filters(), at=now).tiles
        assert (tile.kind, tile.cents, tile.place) == ("Places libres", 100, "Gare de Lorvaux")
        assert "8\u00a0h\u00a000" in tile.state
    rides.close(ride=shown, by=boss, at=now)
    jobs.run()
    with schema.inside("south"):
        assert queries.board(queries.Filters(), at=now).tiles == []
