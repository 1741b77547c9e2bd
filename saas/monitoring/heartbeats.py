"""Heartbeats of the processes and the waiting jobs of each queue, as the broker keeps them.

A worker beats from its own event loop, beat when it queues a job, the web process from its
watcher. The broker holds them: a worker's parent process has no connection to the database.
"""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from celery import current_app
from celery.exceptions import OperationalError
from django.utils.dateparse import parse_datetime
from redis.exceptions import RedisError

from saas.kernel.tasks import QUEUED_HEADER

EVERY_SECONDS = 60
# Each queue has a process of its own, and both have a name of theirs.
PROCESS_OF_QUEUE = {
    "default": "worker",
    "calls": "caller",
    "fetches": "fetcher",
    "owner": "founder",
}
PROCESSES = (*PROCESS_OF_QUEUE.values(), "beat", "web")
UNREACHABLE = (OperationalError, RedisError, OSError)
_KEY = "troovon-heartbeats"


class WaitingJobs(NamedTuple):
    """Waiting jobs of a queue: their number, and since when the oldest is due."""

    queue: str
    jobs: int
    oldest_at: dt.datetime | None


def record_heartbeat(process: str, *, at: dt.datetime) -> None:
    """Record that a process is alive. Raises an exception of UNREACHABLE without a broker."""
    with channel() as open_channel:
        open_channel.client.hset(_KEY, process, at.timestamp())


def expect_heartbeats(*, at: dt.datetime) -> None:
    """Set a first time for each process without heartbeat, to detect those never started."""
    with channel() as open_channel, open_channel.client.pipeline() as pipe:
        for process in PROCESSES:
            pipe.hsetnx(_KEY, process, at.timestamp())
        pipe.execute()


def last_heartbeats() -> dict[str, dt.datetime]:
    """Return when each process was last alive, without those that nothing expects yet."""
    with channel() as open_channel:
        answer = open_channel.client.hgetall(_KEY)
    seen = {_text(name): float(_text(seconds)) for name, seconds in answer.items()}
    return {
        process: dt.datetime.fromtimestamp(seen[process], dt.UTC)
        for process in PROCESSES
        if process in seen
    }


def forget_heartbeats() -> None:
    """Forget every heartbeat: the processes of this installation are expected again later."""
    with channel() as open_channel:
        open_channel.client.delete(_KEY)


def waiting_jobs() -> list[WaitingJobs]:
    """Return the jobs that wait in each queue, of all priorities."""
    with channel() as open_channel:
        return [_waiting_in(open_channel, queue) for queue in PROCESS_OF_QUEUE]


def _waiting_in(open_channel: Any, queue: str) -> WaitingJobs:
    """Read the length and the last message of each list: jobs enter at the head."""
    names = [open_channel._q_for_pri(queue, step) for step in open_channel.priority_steps]  # noqa: SLF001 - kombu's names of its lists
    with open_channel.client.pipeline() as pipe:
        for name in names:
            pipe.llen(name)
            pipe.lindex(name, -1)
        answers = pipe.execute()
    due = [at for message in answers[1::2] if message and (at := _due_at(message))]
    return WaitingJobs(queue, sum(answers[::2]), min(due, default=None))


def _due_at(message: bytes | str) -> dt.datetime | None:
    """Return since when a message is due: since it was queued, or its later `eta`."""
    headers = json.loads(message).get("headers") or {}
    moments = (parse_datetime(headers.get(name) or "") for name in (QUEUED_HEADER, "eta"))
    return max((moment for moment in moments if moment), default=None)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


@contextmanager
def channel() -> Iterator[Any]:
    """Open a connection for a single request: a process that forks must not share connections."""
    with current_app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=1)
        yield connection.default_channel
