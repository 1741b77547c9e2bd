"""Gates of moves: what a dead mover leaves, and what the next does with it."""

import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction
from psycopg import sql

from saas.accounts.models import User
from saas.commands import preparation
from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces.database.cells import directory, gate, moving, replication
from tenants.spaces.models import Tenant
from tests.fixtures.patience import wait_until
from tests.fixtures.people import AT
from tests.tenants.spaces.cells.conftest import TwoClusters
from tests.tenants.spaces.database.connecting import ask

pytestmark = pytest.mark.proof
NORTH = "north"


@pytest.fixture
def north(cells: TwoClusters) -> Tenant:
    return Tenant.objects.using("owner").get(schema_name=NORTH)


def begin_move(north: Tenant) -> None:
    """Leave the space as a mover that is killed once the gate is shut."""
    Tenant.objects.using("owner").filter(pk=north.pk).update(moves_to="east")
    gate.shut(NORTH, "owner.home")
    directory.forget()


def test_clock_opens_a_space_whose_mover_died(north: Tenant) -> None:
    begin_move(north)
    with schema.inside(NORTH), pytest.raises(OperationalError, match="is being moved"):
        ask(connection, "SELECT count(*) FROM accounts_user")
    connection.close()
    assert moving.settle_abandoned() == [NORTH]
    with schema.inside(NORTH):
        assert ask(connection, "SELECT count(*) >= 0 FROM accounts_user") == (True,)
    north.refresh_from_db()
    assert (north.cell, north.moves_to) == ("", "")
    assert moving.settle_abandoned() == []


def test_settled_move_flips_no_more(north: Tenant) -> None:
    begin_move(north)
    assert gate.settle(NORTH)
    with pytest.raises(Refused):
        moving.flip(north, "east")
    north.refresh_from_db()
    assert north.cell == ""


def test_open_transaction_keeps_a_mover_waiting_and_loses_nothing(north: Tenant) -> None:
    with schema.inside(NORTH), transaction.atomic():
        gate.shut(NORTH, "owner.home")  # another session, as a mover is
        with pytest.raises(Refused):
            gate.drain(NORTH, "owner.home", time.monotonic() + 0.3)
        User.objects.create(email="t@b.example", first_name="T", last_name="B", created_at=AT)
    gate.open_gate(NORTH, "owner.home")
    connection.close()
    with schema.inside(NORTH):
        assert User.objects.filter(email="t@b.example").exists()


def test_refused_statement_is_repeated_once_the_space_is_open(north: Tenant) -> None:
    def open_later() -> None:
        time.sleep(0.3)
        gate.settle(NORTH)
        connections.close_all()

    with schema.inside(NORTH):
        ask(connection, "SELECT 1")  # it is in the space already
        begin_move(north)
        with connections["owner.home"].cursor() as cursor:
            cursor.execute(f'REVOKE USAGE ON SCHEMA "{NORTH}" FROM "{NORTH}"')
        opener = threading.Thread(target=open_later)
        opener.start()
        assert User.objects.count() >= 0
        with transaction.atomic():
            assert User.objects.count() >= 0
        opener.join()


def test_prepare_names_a_cell_that_does_not_follow(
    cells: TwoClusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = sql.Identifier(replication.slot_of("east"))
    there = directory.alias_in("east", "owner")
    monkeypatch.setattr(replication.wait, "__kwdefaults__", {"seconds": 1.0})
    monkeypatch.setattr(replication, "subscribe", lambda *_values: None)
    with connections[there].cursor() as cursor:
        cursor.execute(sql.SQL("ALTER SUBSCRIPTION {} DISABLE").format(name))
    try:
        with pytest.raises(replication.NotFollowingError, match="subscription is disabled"):
            preparation.connect_cell("east", there, home="owner")
    finally:
        with connections[there].cursor() as cursor:
            cursor.execute(sql.SQL("ALTER SUBSCRIPTION {} ENABLE").format(name))
    wait_until(lambda: not replication.link_to("east", "owner").faults)
