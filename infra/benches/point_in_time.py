"""Many spaces with writes in them, and a second server restored to a chosen second."""

import contextlib
import datetime as dt
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from infra.benches.bench_servers import NAME, Bench, Worker, bench, prepared_bench
from infra.benches.money.billing_services import QUICK
from infra.local import processes, testing
from infra.local.processes import ROOT
from infra.local.servers import postgres_account
from infra.local.servers.backups import Backups
from infra.local.servers.postgres import SUPERUSER, Cluster

TABLE = "classifieds_classified"


class RestoreBench:
    """A cluster of spaces with its backups, and the commands sent to it."""

    def __init__(self, source: Bench, backups: Backups, people: Worker) -> None:
        self.source = source
        self.backups = backups
        self._people = people

    def ask(self, *words: str) -> Any:
        """Let the spaces' people do something, and return their answer."""
        return json.loads(self._people.ask(" ".join(words)))

    def admin(self, cluster: Cluster | None = None) -> psycopg.Connection[Any]:
        """Connect as the superuser."""
        place = cluster or self.source.cluster
        url = place.url(SUPERUSER, self._superuser, NAME)
        return psycopg.connect(url, autocommit=True)

    @property
    def _superuser(self) -> str:
        return self.source.passwords["superuser"]

    def take_base(self) -> float:
        """Take the base backup; return its seconds."""
        return self.backups.take(self.source.cluster, self._superuser)

    def now(self) -> dt.datetime:
        """Return the server's own time: the moment to come back to."""
        with self.admin() as admin:
            found = admin.execute("SELECT clock_timestamp()").fetchone()
        if found is None:
            raise RuntimeError("the server told no time")
        moment: dt.datetime = found[0]
        return moment

    def titles(self, name: str, *, until: dt.datetime | None = None) -> set[str]:
        """Return the titles in a space, now or as committed until a given moment."""
        table = sql.Identifier(name, TABLE)
        with self.admin() as admin:
            if until is None:
                rows = admin.execute(sql.SQL("SELECT title FROM {}").format(table))
            else:
                when = sql.SQL("SELECT title FROM {} WHERE pg_xact_commit_timestamp(xmin) <= %s")
                rows = admin.execute(when.format(table), [until])
            return {row[0] for row in rows}

    @contextlib.contextmanager
    def side_at(self, moment: dt.datetime) -> Iterator[tuple[Cluster, float]]:
        """Yield a second server restored to a moment, and the seconds that the restore took."""
        began = time.monotonic()
        self.backups.archive_now(self.source.cluster, self._superuser)
        side = self.backups.begin_side(self.source.cluster, at=moment)
        try:
            self.backups.wait_for_side(side, self._superuser, NAME)
            yield side, time.monotonic() - began
        finally:
            processes.stop(child for child in (side.child,) if child)
            shutil.rmtree(side.data, ignore_errors=True)

    def rewind(self, slug: str, side: Cluster) -> dict[str, Any]:
        """Rewind a space with an operator's command; return its result and its seconds."""
        settings = self.source.environment(NAME, "saas.settings", "manage")
        owner = side.url("troovon_owner", self.source.passwords["owner"], NAME)
        output = self.source.folder / "rewind.out"
        began = time.monotonic()
        child = processes.start(
            "rewind",
            [sys.executable, ROOT / "manage.py", "rewind", slug, "--yes"],
            log=self.source.folder / "rewind.log",
            env={**settings, "DATABASE_SIDE_URL": owner},
            stdout=output,
        )
        processes.finish(child, seconds=300)
        figures: dict[str, Any] = json.loads(output.read_text().splitlines()[-1])
        return {**figures, "command_seconds": round(time.monotonic() - began, 2)}


@contextlib.contextmanager
def restore_bench(spaces: int, rows: int, *, lasting: bool = True) -> Iterator[RestoreBench]:
    """Create spaces with some rows each, on a cluster that archives its write-ahead log.

    Its writes are as durable as in production, or with `lasting=False` it is a copy of the tests'
    template.
    """
    folder = Path(tempfile.mkdtemp(prefix="troovon-backups-", dir=testing.place_for_a_while()))
    folder.chmod(0o711)
    backups = Backups(folder, postgres_account.account())
    backups.make()
    try:
        with (
            _source(backups, lasting=lasting) as source,
            source.worker("drill_restore", process="bench") as people,
        ):
            found = RestoreBench(source, backups, people)
            found.ask("found", str(spaces))
            found.ask("fill", str(spaces), str(rows))
            yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _source(backups: Backups, *, lasting: bool) -> Iterator[Bench]:
    if not lasting:
        with prepared_bench(settings={**QUICK, **backups.settings()}) as copied:
            yield copied
        return
    with bench(backups) as source:
        source.add_database(NAME)
        source.manage("prepare")
        yield source
