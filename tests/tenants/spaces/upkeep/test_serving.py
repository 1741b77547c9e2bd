"""While spaces are brought up, people go on: the code of the release before reads and writes."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import connections

from saas.accounts.models import User
from saas.kernel import schema
from tenants.community.classifieds.models import Classified
from tenants.spaces.database.upkeep import replay, run
from tenants.spaces.database.upkeep.report import Report
from tests.fixtures.patience import wait_until
from tests.fixtures.people import AT, SpaceClient, make_user
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.upkeep.conftest import Found, Planter, as_owner, columns_of

pytestmark = pytest.mark.proof  # people go on for seconds in each
EXPAND = (
    "migrations.AddField('classified', 'colour', models.CharField(max_length=9, null=True))",
    "migrations.AddField('classified', 'size', models.IntegerField(db_default=3))",
    "migrations.AddField('classified', 'shape', models.CharField(max_length=9, db_default='x'))",
)


class Visitor:
    """A visitor that opens the board in a loop, and writes a row each time."""

    def __init__(self, space: str, at: dt.datetime) -> None:
        self.space, self.at = space, at
        self.answers: list[int] = []
        self.troubles: list[str] = []
        with schema.inside(space):
            self.user = make_user("Vera")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live)

    def _live(self) -> None:
        try:
            client = SpaceClient(f"{self.space}.{settings.BASE_HOST}")
            with schema.inside(self.space):
                client.force_login(self.user)
            while not self._stop.is_set():
                self.answers.append(client.get("/classifieds/").status_code)
                self._write()
        except Exception as error:  # noqa: BLE001 - told to the test
            self.troubles.append(repr(error))
        finally:
            connections["default"].close()

    def _write(self) -> None:
        with schema.inside(self.space):
            post(self.user, self.at).refresh_from_db()

    @contextmanager
    def there(self) -> Iterator["Visitor"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join()


def post(author: User, at: dt.datetime) -> Classified:
    """Create a row as the previous release does, without the new columns."""
    return Classified.objects.create(
        author=author,
        title="Vélo",
        kind=Classified.Kind.GIVE,
        created_at=at,
        expires_at=at + dt.timedelta(days=30),
    )


def bring_up() -> Report:
    lines: list[str] = []
    return run.bring_up(run.RunOptions(alias="owner"), lines.append)


def test_the_release_before_writes_and_reads_in_the_new_schema(planter: Planter) -> None:
    planter.plant(*EXPAND)
    assert bring_up().migrated == 2
    with schema.inside("north"):
        written = post(make_user("Paul"), AT)
        assert Classified.objects.get(pk=written.pk).title == "Vélo"
        written.title = "Vélos"
        written.save()
    rows = as_owner("SELECT colour, size, shape, title FROM north.classifieds_classified")
    assert rows == [(None, 3, "x", "Vélos")]


def test_no_page_fails_while_all_spaces_are_brought_up(planter: Planter, found: Found) -> None:
    for number in range(6):
        found(f"t_busy{number}")
    visitors = [Visitor("north", AT), Visitor("south", AT)]
    planter.plant(*EXPAND)
    with visitors[0].there(), visitors[1].there():
        wait_until(lambda: all(len(visitor.answers) >= 2 for visitor in visitors))
        before = [len(visitor.answers) for visitor in visitors]
        report = bring_up()
        wait_until(
            lambda: all(
                len(visitor.answers) >= had + 2
                for visitor, had in zip(visitors, before, strict=True)
            )
        )
    assert (report.migrated, report.failed) == (8, {})
    for visitor in visitors:
        assert visitor.troubles == []
        assert set(visitor.answers) == {HTTPStatus.OK}


def test_held_table_keeps_nobody_waiting(planter: Planter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "LOCK_TIMEOUT", "300ms")
    planter.plant(*EXPAND)
    visitor = Visitor("north", AT)
    with connecting.admin() as holder:
        holder.autocommit = False
        holder.execute("SELECT 1 FROM south.classifieds_classified")
        with visitor.there():
            report = bring_up()
    assert set(report.failed) == {"south"}
    assert visitor.troubles == []
    assert set(visitor.answers) <= {HTTPStatus.OK}
    assert "colour" in columns_of("north")
