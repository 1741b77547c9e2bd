"""Counts of all processes, added up in the broker, and the size of each live process.

A process delivers its counts every few seconds, so any web process answers for all of them, on a
single machine or many. A killed process loses the counts of its last seconds.
"""

import contextlib
import datetime as dt
import functools
import json
import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from saas.kernel.watching import metrics
from saas.kernel.watching.metrics import Sample
from saas.monitoring import heartbeats
from tenants.spaces.database import pools

EVERY_SECONDS = 10.0
ALIVE_FOR = dt.timedelta(minutes=3)
_COUNTS, _SIZES = "troovon-metrics", "troovon-process-sizes"
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ProcessSize(NamedTuple):
    """The memory of a process; of its connections the most spaces entered and the most memory."""

    process: str
    bytes: int
    spaces_met: int
    backend_bytes: int


class Sums(NamedTuple):
    """Counts of all processes since the broker began, and the processes that live now."""

    counts: Mapping[Sample, float]
    processes: list[ProcessSize]


def hand_in() -> None:
    """Add the counts of this process to the sums; without a broker they wait for the next time."""
    _count_pools()
    taken = metrics.take()
    try:
        with heartbeats.channel() as channel, channel.client.pipeline() as pipe:
            for sample, value in taken.items():
                pipe.hincrbyfloat(_COUNTS, json.dumps(sample), value)
            pipe.hset(_SIZES, _name_of_this_process(), _size_of_this_process())
            pipe.execute()
    except heartbeats.UNREACHABLE:
        metrics.give_back(taken)


def read(*, at: dt.datetime) -> Sums:
    """Return the sums. Raises an exception of UNREACHABLE without a broker."""
    with heartbeats.channel() as channel:
        client = channel.client
        counts, sizes = client.hgetall(_COUNTS), client.hgetall(_SIZES)
        read_sizes = {name: json.loads(text) for name, text in sizes.items()}
        oldest = (at - ALIVE_FOR).timestamp()
        gone = [name for name, size in read_sizes.items() if size["at"] < oldest]
        if gone:
            client.hdel(_SIZES, *gone)
    processes = [
        ProcessSize(*(size.get(field, 0) for field in ProcessSize._fields))
        for name, size in read_sizes.items()
        if name not in gone
    ]
    return Sums({_sample(name): float(value) for name, value in counts.items()}, processes)


class Collector:
    """Hands in the counts of this process from a thread of its own until `stop`."""

    def __init__(self, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._every = every_seconds
        self._stopped = threading.Event()

    def start(self) -> threading.Thread:
        """Begin to hand in."""
        thread = threading.Thread(target=self._run, name="metrics", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Stop delivering counts."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            hand_in()


@functools.lru_cache(maxsize=1 << 16)
def _sample(name: bytes | str) -> Sample:
    metric, part, labels = json.loads(name)
    return Sample(metric, part, tuple(labels))


def _name_of_this_process() -> str:
    return f"{settings.TROOVON_PROCESS}:{socket.gethostname()}:{os.getpid()}"


def _size_of_this_process() -> str:
    return json.dumps(
        {
            "process": settings.TROOVON_PROCESS,
            "at": timezone.now().timestamp(),
            "bytes": _resident_bytes(),
            "spaces_met": pools.most_spaces_met(),
            "backend_bytes": pools.most_backend_bytes(),
        }
    )


def _resident_bytes() -> int:
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - no path of the product
        return int(statm.read().split()[1]) * _PAGE_BYTES


def _count_pools() -> None:
    """Add the statistics of this process's pools since the last call."""
    counted: tuple[tuple[metrics.Metric, str, Callable[[int], float]], ...] = (
        (metrics.POOL_REQUESTS, "requests_num", float),
        (metrics.POOL_WAITS, "requests_queued", float),
        (metrics.POOL_WAIT_SECONDS, "requests_wait_ms", lambda ms: ms / 1000),
        (metrics.POOL_TIMEOUTS, "requests_errors", float),
    )
    for stats in pools.take_stats():
        for metric, name, unit in counted:
            with contextlib.suppress(KeyError):
                metrics.count(metric, by=unit(stats[name]))
