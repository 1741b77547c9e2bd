"""Heartbeats from the loops of workers and beat themselves: a loop that hangs is silent."""

import contextlib
import datetime as dt
import logging
from typing import Any

from celery import Celery, bootsteps, signals
from django.utils import timezone

from saas.monitoring import heartbeats
from saas.monitoring.metrics import sums

_log = logging.getLogger(__name__)


class HeartbeatStep(bootsteps.StartStopStep):
    """Beat each minute from the worker's timer, for the process of each queue it consumes."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self._timer_entry: Any = None

    def start(self, parent: Any) -> None:
        """Beat now, then each minute."""
        self._beat(parent)
        self._timer_entry = parent.timer.call_repeatedly(
            heartbeats.EVERY_SECONDS, self._beat, (parent,)
        )

    def stop(self, parent: Any) -> None:  # noqa: ARG002 - Celery's form
        """Stop to beat."""
        if self._timer_entry is not None:
            self._timer_entry.cancel()
            self._timer_entry = None

    @staticmethod
    def _beat(worker: Any) -> None:
        sums.hand_in()  # of a pool of threads; children have a thread of their own for it
        for queue in worker.app.amqp.queues.consume_from:
            beat_now(heartbeats.PROCESS_OF_QUEUE.get(queue, ""))


def beat_now(process: str) -> None:
    """Record a heartbeat; an unreachable broker is only logged, since other checks detect it."""
    if not process:
        return
    try:
        heartbeats.record_heartbeat(process, at=timezone.now())
    except heartbeats.UNREACHABLE as error:
        _log.warning("no heartbeat of %s: %s", process, type(error).__name__)


def expect_processes(*, at: dt.datetime) -> None:
    """Count from now for each process that never beat; not while the broker is away."""
    with contextlib.suppress(*heartbeats.UNREACHABLE):
        heartbeats.expect_heartbeats(at=at)


def connect(app: Celery, *, watch: str) -> None:
    """Have workers beat by their timer, and beat each time that it queues `watch`."""
    app.steps["worker"].add(HeartbeatStep)

    def queued(**_: Any) -> None:
        beat_now("beat")

    def started(**_: Any) -> None:
        signals.after_task_publish.connect(queued, sender=watch, weak=False)

    def child_begun(**_: Any) -> None:
        sums.Collector().start()

    def child_ends(**_: Any) -> None:
        sums.hand_in()

    signals.beat_init.connect(started, dispatch_uid="heartbeat", weak=False)
    signals.worker_process_init.connect(child_begun, dispatch_uid="metrics", weak=False)
    signals.worker_process_shutdown.connect(child_ends, dispatch_uid="metrics", weak=False)
