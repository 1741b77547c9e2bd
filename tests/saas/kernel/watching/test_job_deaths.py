"""Jobs that kill their worker: counted, set aside after the second time, tried again on request."""

import json
import os
import signal
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from celery import shared_task
from celery.app.task import Context
from django.core.cache import cache

from infra.local import environment, processes
from saas.celery import app
from saas.kernel import schema
from saas.kernel.tasks import PublicTask, send
from saas.kernel.watching import job_deaths, metrics
from saas.kernel.watching.job_deaths import SetAsideError
from tests.fixtures.broker import empty_broker, kill_store
from tests.fixtures.patience import PATIENCE

__all__ = ["empty_broker"]
pytestmark = pytest.mark.usefixtures("db", "empty_broker")
runs: list[int] = []


@shared_task(base=PublicTask)
def work(number: int) -> None:
    runs.append(number)
    if number < 0:
        raise SystemExit  # like a worker ordered to end at once


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    app.finalize()
    cache.clear()
    runs.clear()


def deliver(number: int, *, job_id: str, dies: bool = False) -> None:
    """Run a message as a worker does; a dying run leaves its mark."""
    request = Context(id=job_id, headers={"troovon_schema": "public"}, is_eager=False)
    work.request_stack.push(request)
    try:
        work(number)
        if dies:
            cache.set(f"job-runs:{job_id}", 1)
    finally:
        work.request_stack.pop()


def test_job_that_killed_its_worker_twice_is_set_aside() -> None:
    job_id = str(uuid.uuid4())
    for _ in range(2):
        deliver(1, job_id=job_id, dies=True)
        cache.set(f"job-deaths:{job_deaths.key_of(work.name, (1,), 'public')}", len(runs) - 1)
    metrics.take()
    with pytest.raises(SetAsideError):
        deliver(1, job_id=job_id)
    assert runs == [1, 1]
    [job] = job_deaths.set_aside_jobs()
    assert (job.task, job.args, job.headers["troovon_schema"]) == (work.name, (1,), "public")
    counted = {sample.labels: value for sample, value in metrics.take().items()}
    assert counted[work.name, "set_aside"] == 1
    with pytest.raises(SetAsideError):  # also the message that the clock queues again
        deliver(1, job_id=str(uuid.uuid4()))
    deliver(2, job_id=str(uuid.uuid4()))  # the same task about another row goes on
    assert runs == [1, 1, 2]
    assert len(job_deaths.set_aside_jobs()) == 1


def test_a_success_clears_a_count_of_deaths() -> None:
    job_id = str(uuid.uuid4())
    deliver(3, job_id=job_id, dies=True)
    deliver(3, job_id=job_id)
    assert cache.get(f"job-deaths:{job_deaths.key_of(work.name, (3,), 'public')}") is None
    assert cache.get(f"job-runs:{job_id}") is None


def test_failure_and_orderly_end_are_no_deaths() -> None:
    job_id = str(uuid.uuid4())
    for _ in range(4):
        with pytest.raises(SystemExit):
            deliver(-1, job_id=job_id)
    assert runs == [-1] * 4
    assert not job_deaths.set_aside_jobs()


def test_every_job_runs_while_the_store_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    kill_store(monkeypatch)
    for _ in range(4):
        deliver(5, job_id="a")
    assert runs == [5] * 4


def test_job_is_tried_again_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"job-deaths:{job_deaths.key_of(work.name, (6,), 'public')}"
    cache.set(name, 2)
    with pytest.raises(SetAsideError):
        deliver(6, job_id="b")
    [job] = job_deaths.set_aside_jobs()
    assert job_deaths.try_again(job.key)
    assert not job_deaths.try_again(job.key)
    assert cache.get(name) is None
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("default").get(timeout=5)
        message.ack()
    assert message.headers["task"] == work.name
    assert message.payload[0] == [6]
    deliver(6, job_id="c")
    assert runs == [6]


@pytest.mark.proof
@pytest.mark.usefixtures("own_database")
def test_worker_outlives_a_job_that_kills_it(tmp_path: Path) -> None:
    """A real worker with children: the job's child is killed twice, and then never again."""
    settings = {name: os.environ[name] for name in environment.NAMES if name in os.environ}
    env = environment.of_process("worker", settings | {"DATA_DIR": str(tmp_path)})
    worker = processes.start(
        "worker",
        [
            *(sys.executable, "-m", "celery", "-q", "-A", "saas", "worker", "-Q", "default"),
            *("-c", "1", "-I", "tests.saas.kernel.deadly"),
        ],
        log=tmp_path / "worker.log",
        env=env,
    )
    from tests.saas.kernel.deadly import die  # noqa: PLC0415 - a task of the worker's alone

    def is_set_aside() -> bool:
        return bool(job_deaths.set_aside_jobs())

    try:
        with schema.in_public():
            send(die, 1)
        processes.wait_until(is_set_aside, worker, seconds=PATIENCE)
    finally:
        processes.stop([worker], patience=PATIENCE)
    lines: list[dict[str, Any]] = [json.loads(one) for one in worker.log.read_text().splitlines()]
    deaths = [line for line in lines if f"signal {signal.SIGKILL.value}" in line["message"]]
    assert len({line["message"] for line in deaths}) >= 1
    assert [line["outcome"] for line in lines if line.get("task") == die.name] == ["set_aside"]
