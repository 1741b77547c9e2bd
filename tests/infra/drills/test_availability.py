"""The drills `chaos` and `deploy` find nothing in the product, and each planted fault."""

import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from psycopg import sql

from infra.drills import chaos, deploy
from infra.drills.inside.availability import faults
from infra.drills.management.commands.drill_availability import Command
from infra.drills.running import releases, replicas
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.drills.traffic import load
from infra.local import testing
from saas.environment import mailer, storage
from saas.kernel import schema
from tenants.community.conversations.queries import talks
from tests.infra.drills import drill_processes

AWAY_SECONDS = 1.0
KINDS = ("classified", "message", "play", "join")
CHAOS_FINDINGS = {
    "typed_words_dropped": "was answered 302",
    "failure_without_words": "was answered 500",
    "key_ignored": "is there 2 times",
    "mails_not_swept": "were told to nobody",
}
DEPLOY_FINDINGS = {
    deploy.NOT_DRAINED: "on its way to a process that ends",
    releases.BLOCKING: "told to try again",
    releases.BREAKING: "was answered 500",
}


class Here:
    """The inner half in the test's own process."""

    def ask(self, line: str) -> str:
        try:
            return json.dumps(Command().answer(*line.split()))
        finally:
            connections.close_all()


class Shut:
    """The test's database, closed to logins for a moment; its server is shared with other tests."""

    def __init__(self) -> None:
        self.since: float | None = None

    def kill(self) -> None:
        self._let_in(allowed=False)
        self.since = time.monotonic()

    def start_again(self) -> bool:
        if self.since is not None and time.monotonic() > self.since + AWAY_SECONDS:
            self._let_in(allowed=True)
            self.since = None
        return self.since is None

    def _let_in(self, *, allowed: bool) -> None:
        name = testing.database()
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        with psycopg.connect(testing.described()["admin"], autocommit=True) as admin:
            admin.execute(allow.format(sql.Identifier(name), sql.Literal(allowed)))
            end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            if not allowed:
                admin.execute(end, [name])


@pytest.fixture
def as_served(own_database: None, tmp_path: Path, settings: Any) -> Path:
    """Make the sweeps of this process write to the folder of the served processes."""
    settings.DATA_DIR = tmp_path
    settings.MAILERS = {"default": mailer("outbox:", tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "default": storage("", tmp_path)["default"]}
    return tmp_path


def drilled(folder: Path, *in_turn: str, every: float = 1.0, plant: str = "") -> Report:
    env = {**drill_processes.environment("web", plant), "DATA_DIR": str(folder)}
    options = DrillOptions(rounds=len(in_turn), plant=plant, clients=2)
    with replicas.serving(folder, env) as site:
        drill = chaos.Chaos(site, Here(), Shut(), options=options, bar=Bar("chaos"))
        return drill.run(in_turn, every=every, stays_down=in_turn[-1])


@pytest.mark.proof  # kills processes
def test_nothing_accepted_is_lost_while_processes_are_killed(as_served: Path) -> None:
    # The last is not started again: that would take longer than all else.
    report = drilled(as_served, chaos.CHILD_OF_WORKER, "database", "broker", "web-b")
    assert report.found == [], report.notes
    assert {f"{kind} accepted" for kind in KINDS} <= set(report.tried)


@pytest.mark.nightly
def test_each_planted_fault_is_found(as_served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "overdue_messages", talks.overdue_messages)
    faults.mails_not_swept()  # this process sweeps
    # So much longer away than a request waits that many of both kinds are turned away.
    monkeypatch.setattr(sys.modules[__name__], "AWAY_SECONDS", 14.0)
    report = drilled(as_served, "database", "broker", every=4.0, plant=",".join(chaos.FAULTS))
    found = "\n".join(report.found)
    assert [fault for fault, words in CHAOS_FINDINGS.items() if words not in found] == [], found


def deployed(folder: Path, plant: str = "") -> Report:
    """Deploy a release on a single web process, replaced by another; return the report."""
    env = {**drill_processes.environment("web"), "DATA_DIR": str(folder)}
    options = DrillOptions(plant=plant, clients=2)
    with (
        releases.copied(1, plant=plant.split(",")) as (tree,),
        replicas.serving(folder, env) as site,
    ):
        drill = deploy.Deploy(site, Here(), options=options, bar=Bar("deploy"))
        site.children["web-a"] = site.begin_web("web-a")
        site.wait()
        with drill.load.going_on():
            drill.migrate(tree)
            time.sleep(3 if plant else 0)  # the load asks each page's serving process
            site.children["web-b"] = site.begin_web("web-b", tree=tree)
            site.wait()
            drill.end_web("web-a")
            visitor = drill.load.extra_visitor()
            with contextlib.closing(visitor.balancer):
                visitor.post_classified()  # by now only the new process is there
        site.stop()
        return drill.judge()


@pytest.mark.proof  # replaces processes
def test_no_request_fails_while_a_release_with_a_migration_comes_in(as_served: Path) -> None:
    report = deployed(as_served)
    assert report.found == []
    with schema.inside("north"), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT drilled FROM classifieds_classified ORDER BY 1")
        assert cursor.fetchall() == [("",), ("new",)]  # both releases have written


@pytest.mark.nightly
def test_each_bad_deployment_is_found(as_served: Path) -> None:
    report = deployed(as_served, ",".join(deploy.FAULTS))
    found = "\n".join(report.found)
    assert [fault for fault, words in DEPLOY_FINDINGS.items() if words not in found] == [], found


class Mute:
    """An inner half without a clock's beat, and with a worker that sends no notification."""

    def ask(self, line: str) -> str:
        return {"beat": "null", "untold": "1"}.get(line.split(maxsplit=1)[0], "{}")


def test_clock_and_worker_that_run_and_do_nothing_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load, "BEATS_SECONDS", -1)
    monkeypatch.setattr(load, "NEWS_SECONDS", -1)
    nothing: Any = None
    site = replicas.Site(Path(), lambda _process: {}, "localhost:1", nothing, {})
    people = load.Load(site, Mute(), DrillOptions())
    people.wait_for_clock()
    people.wait_for_news("CO-1")
    assert [what.split(" has ")[0] for what in people.report.found] == ["the clock", "the worker"]


def test_faults_of_the_drill_can_be_built_in() -> None:
    assert set(faults.FAULTS) >= chaos.FAULTS == set(CHAOS_FINDINGS)
    assert set(DEPLOY_FINDINGS) == deploy.FAULTS
