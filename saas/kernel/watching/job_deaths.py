"""Jobs that killed their worker: after the second time a job is set aside for an operator.

A message returns to its queue when its worker dies. Without a count, a job that takes all memory or
uses a broken library would kill each worker that takes it, for ever. A mark is kept while a job
runs; a redelivered message that finds its own mark has killed a worker.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from celery import Task, current_app
from django.utils import timezone

from saas.kernel import cache

MOST_DEATHS = 2
_MARK_SECONDS = 24 * 3600
_COUNT_SECONDS = 7 * 24 * 3600
_SET_ASIDE = "troovon-set-aside"


class SetAsideError(RuntimeError):
    """Job not run because it has killed its worker twice; operators are informed."""


class SetAsideJob(NamedTuple):
    """A job that waits for an operator; `key` is that of its task, arguments and space."""

    key: str
    task: str
    args: tuple[Any, ...]
    headers: Mapping[str, str]
    at: dt.datetime


def key_of(task: str, args: tuple[object, ...], space: str) -> str:
    """Return a short name for all messages of a job: the scheduler may queue it repeatedly."""
    return hashlib.sha256(repr((task, args, space)).encode()).hexdigest()[:16]


@contextmanager
def counted(task: Task[Any, Any], args: tuple[object, ...], space: str) -> Iterator[None]:
    """Run a job in this block, counted if it kills its worker. Raises SetAsideError.

    While the store is away, nothing is counted and every job runs.
    """
    if task.request.id is None or task.request.is_eager:
        yield
        return
    key, mark = key_of(str(task.name), args, space), f"job-runs:{task.request.id}"
    deaths = _deaths(key, mark)
    if deaths >= MOST_DEATHS:
        _set_aside(task, args, key)
        cache.forget(mark)
        raise SetAsideError(f"{task.name} has killed its worker {deaths} times")
    cache.store_value(mark, 1, seconds=_MARK_SECONDS)
    try:
        yield
    finally:
        cache.forget(mark)
    if deaths:
        cache.forget(_count_name(key))


def _deaths(key: str, mark: str) -> int:
    """Return the number of workers killed by the job, including by this message."""
    stored = cache.stored_values(mark, _count_name(key))
    if mark not in stored:
        return int(stored.get(_count_name(key), 0))
    return cache.counted(_count_name(key), seconds=_COUNT_SECONDS) or 0


def _count_name(key: str) -> str:
    return f"job-deaths:{key}"


def _set_aside(task: Task[Any, Any], args: tuple[object, ...], key: str) -> None:
    headers = {
        name: value
        for name, value in (task.request.headers or {}).items()
        if name.startswith("troovon_")
    }
    job = {
        "task": task.name,
        "args": list(args),
        "headers": headers,
        "at": timezone.now().isoformat(),
    }
    with _client() as client:
        client.hsetnx(_SET_ASIDE, key, json.dumps(job, default=str))


def set_aside_jobs() -> list[SetAsideJob]:
    """Return the jobs that wait for an operator, the oldest first. Raises without a broker."""
    with _client() as client:
        stored = client.hgetall(_SET_ASIDE)
    jobs = [_job(_text(key), json.loads(value)) for key, value in stored.items()]
    return sorted(jobs, key=lambda job: job.at)


def try_again(key: str) -> bool:
    """Queue a job again with its count reset; return False if no such job is set aside."""
    with _client() as client:
        stored = client.hget(_SET_ASIDE, key)
        if stored is None or not client.hdel(_SET_ASIDE, key):
            return False
    job = _job(key, json.loads(stored))
    cache.forget(_count_name(key))
    current_app.tasks[job.task].apply_async(args=job.args, headers=dict(job.headers), retry=False)
    return True


def _job(key: str, stored: dict[str, Any]) -> SetAsideJob:
    return SetAsideJob(
        key=key,
        task=stored["task"],
        args=tuple(stored["args"]),
        headers=stored["headers"],
        at=dt.datetime.fromisoformat(stored["at"]),
    )


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


@contextmanager
def _client() -> Iterator[Any]:
    with current_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=1)
        channel: Any = connection.default_channel
        yield channel.client
