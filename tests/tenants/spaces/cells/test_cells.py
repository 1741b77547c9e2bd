"""Spaces of two clusters: each is entered where it is, reads public, and is never another's."""

import functools
import json
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from psycopg import sql

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import SpaceGone
from tenants.spaces.database import blueprint, catalogue, locks, role_access
from tenants.spaces.database.cells import directory, gate, moving, replication
from tenants.spaces.database.upkeep import plan, run, state
from tenants.spaces.database.upkeep.replay import OnOutcome, Outcome, Replay
from tenants.spaces.models import Domain, Tenant
from tests.fixtures.patience import PATIENCE, wait_until
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.spaces.cells.conftest import TwoClusters
from tests.tenants.spaces.database.connecting import ask, who

pytestmark = pytest.mark.proof
_RENAME = "UPDATE {} SET app = %s WHERE app = %s AND name = '0001_initial'"


def port_of(wrapper: Any) -> int:
    wrapper.force_switch()  # as each request and job does
    wrapper.ensure_connection()
    return int(wrapper.connection.info.port)


def test_space_is_founded_and_entered_in_its_cell(eastern: Tenant, cells: TwoClusters) -> None:
    name = eastern.schema_name
    assert eastern.cell == "east"
    assert role_access.standing(name, "owner.east") == (True, True)
    assert role_access.standing(name, "owner.home") == (False, False)
    assert catalogue.missing(name) == []
    with schema.inside(name):
        assert who(connection) == (name, name)
        assert port_of(connection) == cells.east.port
        User.objects.create(email="a@b.example", first_name="A", last_name="B", created_at=AT)
        assert ask(connection, "SELECT name FROM spaces_own_tenant") == (eastern.name,)
    with schema.inside("north"):
        assert who(connection) == ("north", "north")
        assert port_of(connection) == cells.home.port
    assert who(connection) == ("troovon_public", "public")


def test_wrong_cluster_refuses_a_space_and_the_backend_looks_again(
    eastern: Tenant, cells: TwoClusters
) -> None:
    directory.remember(eastern.schema_name, "")
    with schema.inside(eastern.schema_name):
        assert port_of(connection) == cells.east.port
    tenants = Tenant.objects.using("owner").filter(pk=eastern.pk)
    tenants.update(cell="")
    directory.forget()
    with schema.inside(eastern.schema_name), pytest.raises(SpaceGone):
        connection.cursor()
    tenants.update(cell="west")
    directory.forget()
    with schema.inside(eastern.schema_name), pytest.raises(DatabaseError, match="west"):
        connection.cursor()
    tenants.update(cell="east")


def test_transaction_never_spans_spaces_of_two_clusters(eastern: Tenant) -> None:
    for first, second in ((eastern.schema_name, "north"), ("north", eastern.schema_name)):
        with schema.inside(first), transaction.atomic():
            ask(connection, "SELECT 1")
            with (
                schema.inside(second),
                pytest.raises(DatabaseError, match="a transaction is open"),
            ):
                connection.cursor()


def test_publication_is_what_the_views_of_spaces_reach(cells: TwoClusters) -> None:
    published = replication.published_tables("owner.home")
    assert published == replication.reached_tables("owner.home")
    assert published == replication.reached_tables("owner.east")
    assert {"spaces_tenant", "merchants_merchant", "billing_share"} <= set(published)
    assert not {"accounts_user", "django_session", "console_operator"} & set(published)


def test_cell_is_sealed_and_follows_home(eastern: Tenant) -> None:
    assert locks.faults("default.east") == []
    link = replication.link_to("east", "owner")
    assert (link.faults, link.waiting_tables) == ([], 0)
    lags = []
    for number in range(20):
        name = f"Espace {number}"
        Tenant.objects.using("owner").filter(pk=eastern.pk).update(name=name)
        began = time.perf_counter()
        wait_until(functools.partial(is_named_in_east, eastern, name))
        lags.append(time.perf_counter() - began)
    assert statistics.median(lags) < 1
    # The server counts errors for ever, also those that a test before this one provoked.
    assert replication.link_to("east", "owner").errors == link.errors


def is_named_in_east(tenant: Tenant, name: str) -> bool:
    named = "SELECT name FROM public.spaces_tenant WHERE id = %s"
    return bool(ask(connections["owner.east"], named, tenant.pk) == (name,))


def test_migrations_look_at_the_spaces_of_each_cluster(eastern: Tenant) -> None:
    report = run.bring_up(run.RunOptions(alias="owner"), lambda _word: None)
    assert not report.failed
    assert report.current >= 3
    assert state.orphans_in("east", "owner") == []
    assert eastern.schema_name not in state.read_spaces("", "owner").hashes


def rename_app(space: str, alias: str, new: str, old: str) -> None:
    """Rename the app of a migration that a space has."""
    statement = sql.SQL(_RENAME).format(sql.Identifier(space, "django_migrations"))
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, [new, old])


@pytest.fixture
def behind(eastern: Tenant) -> Iterator[set[str]]:
    """Let a space of each cluster lack a migration."""
    places = {"north": "owner.home", eastern.schema_name: "owner.east"}
    for name, alias in places.items():
        rename_app(name, alias, "x", "rides")
    named = Tenant.objects.using("owner").filter(schema_name__in=places)
    named.update(schema_hash="")
    yield set(places)
    for name, alias in places.items():
        rename_app(name, alias, "rides", "x")
    named.update(schema_hash=blueprint.migrations_hash())


def test_clusters_are_brought_up_side_by_side(
    behind: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    both, rehearsed, reached = threading.Barrier(2, timeout=PATIENCE), [], set()

    def rehearse(*values: Any) -> list[plan.Step]:
        rehearsed.append(values)
        return []

    def replayed(_self: Any, names: list[str], on_outcome: OnOutcome) -> None:
        both.wait()
        for name in names:
            reached.add(name)
            on_outcome(Outcome(name))

    monkeypatch.setattr(plan, "rehearse", rehearse)
    monkeypatch.setattr(Replay, "run", replayed)
    report = run.bring_up(run.RunOptions(alias="owner"), lambda _word: None)
    assert (report.migrated, report.failed, reached) == (2, {}, behind)
    assert len(rehearsed) == 1  # what both lack is the same


def test_moved_space_keeps_rows_numbers_and_its_old_copy_for_a_day(cells: TwoClusters) -> None:
    with schema.inside("south"):
        before = User.objects.create(
            email="m@b.example", first_name="M", last_name="B", created_at=AT
        )
    moved = cells.manage("space", "move", "south", "east", "--json")
    assert moved.returncode == 0, moved.stderr
    hosts_of = Domain.objects.filter(tenant__schema_name="south").values_list("domain", flat=True)
    with schema.inside("south"):
        assert port_of(connection) == cells.east.port
        after = User.objects.create(
            email="n@b.example", first_name="N", last_name="B", created_at=AT
        )
        assert User.objects.filter(pk=before.pk).exists()
    assert after.pk > before.pk
    assert SpaceClient(hosts_of[0]).get("/signin/").status_code == 200
    assert not role_access.standing("south", "owner.home").schema
    assert moving.remove_left(at=AT) == []
    again = cells.manage("space", "move", "south", "home", "--json")
    assert again.returncode == 0, again.stderr
    with schema.inside("south"):
        assert port_of(connection) == cells.home.port
        assert User.objects.filter(pk__in=[before.pk, after.pk]).count() == 2
    assert json.loads(moved.stdout)["held_seconds"] < gate.HOLD_SECONDS
