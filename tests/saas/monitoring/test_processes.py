"""A missing process and a blocked queue are detected, named and mailed."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.core import mail
from django.utils import timezone

from saas.celery import app
from saas.kernel import schema
from saas.monitoring import actions, clock, heartbeats, queries, steps, watching
from saas.monitoring.models import Trouble
from tenants.spaces.tasks.foundings import build_space
from tests.fixtures.people import AT, Browse, SpaceClient
from tests.tenants.spaces.wizard import words_of

MINUTE = dt.timedelta(minutes=1)


def all_beat(at: dt.datetime, *, but: str = "") -> None:
    for process in heartbeats.PROCESSES:
        if process != but:
            heartbeats.record_heartbeat(process, at=at)


@pytest.mark.parametrize("process", heartbeats.PROCESSES)
def test_stopped_process_is_mailed_once_by_name_and_so_is_its_return(
    agathe: int, db: None, process: str
) -> None:
    heartbeats.expect_heartbeats(at=AT)
    later = AT + 7 * MINUTE
    all_beat(later, but=process)

    watching.check_system(at=later)
    watching.check_system(at=later + MINUTE)

    [trouble] = Trouble.objects.all()
    assert (trouble.kind, trouble.subject, trouble.began_at) == ("process", process, AT)
    [message] = mail.outbox
    assert f"Processus arrêté\u00a0: {process}" in message.subject
    assert queries.readiness(at=later)["processes"] == queries.DEGRADED

    all_beat(later + 2 * MINUTE)
    watching.check_system(at=later + 2 * MINUTE)
    assert len(mail.outbox) == 2
    assert queries.readiness(at=later + 2 * MINUTE)["processes"] == queries.OK


def test_process_is_not_stopped_while_its_successor_starts(db: None) -> None:
    all_beat(AT)
    assert actions.update_troubles(at=AT + 5 * MINUTE).begun == []


def test_clock_expects_processes_that_never_started(db: None) -> None:
    clock.watch.run()
    with schema.in_public():
        actions.record_beat(at=timezone.now() + 7 * MINUTE)
        begun = actions.update_troubles(at=timezone.now() + 7 * MINUTE).begun
    assert {one.subject for one in begun if one.kind == "process"} == set(heartbeats.PROCESSES)


def test_queue_without_its_process_is_late_after_a_quarter_of_an_hour(
    agathe: int, db: None
) -> None:
    build_space.apply_async(args=(1,))
    build_space.apply_async(args=(2,))
    now = timezone.now()

    watching.check_system(at=now + 14 * MINUTE)
    assert not Trouble.objects.exists()
    watching.check_system(at=now + 16 * MINUTE)

    [trouble] = Trouble.objects.all()
    assert (trouble.kind, trouble.subject, trouble.details) == ("queue", "owner", "2")
    [message] = mail.outbox
    assert "File en attente\u00a0: owner (2)" in message.subject
    assert queries.readiness(at=now + 16 * MINUTE)["queues"] == queries.DEGRADED


def test_oldest_job_of_all_priorities_counts_and_a_later_eta_is_awaited() -> None:
    clock.watch.apply_async(priority=9)
    clock.watch.apply_async(countdown=3600, priority=0)

    [waiting] = [one for one in heartbeats.waiting_jobs() if one.queue == "default"]

    assert waiting.jobs == 2
    assert waiting.oldest_at is not None
    assert abs(waiting.oldest_at - timezone.now()) < MINUTE


@pytest.fixture
def queues_of_all_tests() -> Iterator[None]:
    """Restore the queues: a worker's choice of them is kept by the app, not by the worker."""
    before = app.amqp.queues.consume_from
    yield
    app.amqp.queues.select(list(before))


def test_worker_beats_for_its_queue_from_its_own_loop(queues_of_all_tests: None) -> None:
    with start_worker(app, queues=["owner"], perform_ping_check=False, pool="solo"):
        beats = heartbeats.last_heartbeats()
    assert set(beats) == {"founder"}
    assert abs(beats["founder"] - timezone.now()) < MINUTE


def test_broker_that_is_away_accuses_no_process(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    all_beat(AT)
    gone = app.connection_for_write(url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "connection_for_write", lambda: gone)

    steps.beat_now("web")
    steps.expect_processes(at=AT)
    ready = queries.readiness(at=AT + 60 * MINUTE)

    assert (ready["processes"], ready["queues"], ready["broker"]) == ("ok", "ok", "down")
    assert "waiting_jobs" not in queries.particulars()


def test_probe_sees_processes_and_queues(browse: Browse, settings: Any) -> None:
    settings.HEALTH_TOKEN = "a-probe-s-own-token"
    heartbeats.record_heartbeat("caller", at=timezone.now() - 20 * MINUTE)
    build_space.apply_async(args=(1,))

    answer = browse(None, space="").get(
        "/health/ready", headers={"authorization": f"Bearer {settings.HEALTH_TOKEN}"}
    )

    assert (answer.status_code, answer.json()["processes"]) == (200, "degraded")
    assert set(answer.json()["process_beat_at"]) == {"caller"}
    assert answer.json()["waiting_jobs"]["owner"]["count"] == 1


def test_console_shows_a_job_set_aside_and_tries_it_again(
    console: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = {
        "task": clock.watch.name,
        "args": [],
        "headers": {"troovon_schema": "public"},
        "at": timezone.now().isoformat(),
    }
    with heartbeats.channel() as channel:
        channel.client.hset("troovon-set-aside", "0123456789abcdef", json.dumps(aside))
    with schema.in_public():
        [trouble] = actions.update_troubles(at=timezone.now()).begun
    assert (trouble.kind, trouble.details) == ("set_aside", clock.watch.name)
    page = words_of(console.get("/jobs/"))
    assert "Tâches mises de côté" in page
    assert "Rien à traiter" not in page
    answer = console.post("/jobs/retry/", {"kind": "job", "key": "0123456789abcdef"})
    assert answer.status_code == 303
    assert heartbeats.waiting_jobs()[0].jobs == 1
    again = console.post("/jobs/retry/", {"kind": "job", "key": "0123456789abcdef"})
    assert "Ce n’est plus dans la liste." in words_of(again)
    with schema.in_public():
        assert actions.update_troubles(at=timezone.now()).ended == [trouble]


def test_console_says_which_process_stopped_and_never_that_all_goes_on_alone(
    console: SpaceClient,
) -> None:
    assert "Rien à traiter" in words_of(console.get("/jobs/"))
    now = timezone.now()
    heartbeats.record_heartbeat("founder", at=now - 20 * MINUTE)
    with schema.in_public():
        actions.update_troubles(at=now)

    jobs, troubles = (words_of(console.get(path)) for path in ("/jobs/", "/troubles/"))

    assert "Rien à traiter" not in jobs
    for page in (jobs, troubles):
        assert "Processus arrêté\u00a0: founder" in page
    assert "Files des tâches" in troubles
