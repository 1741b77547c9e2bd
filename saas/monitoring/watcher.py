"""Web process's own check of the scheduler, each minute, in a background thread."""

import logging
import threading

from django.db import Error, connections
from django.utils import timezone

from saas import sentry
from saas.monitoring import rules, steps, watching
from saas.monitoring.metrics import sums

EVERY_SECONDS = 60.0
_log = logging.getLogger(__name__)


class Watcher:
    """Looks whether the clock goes; `stop` ends the thread."""

    def __init__(self, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._every = every_seconds
        self._stopped = threading.Event()
        self._database_is_gone = False

    def start(self, *, first_after: float) -> threading.Thread:
        """Begin to look, the first time after some seconds: a clock that starts beside us may."""
        thread = threading.Thread(
            target=self._run, args=(first_after,), name="clock-watcher", daemon=True
        )
        thread.start()
        return thread

    def stop(self) -> None:
        """Stop checking."""
        self._stopped.set()

    def check_clock(self) -> None:
        """Check the scheduler once. Without a database, only Sentry can be informed."""
        try:
            steps.beat_now("web")
            steps.expect_processes(at=timezone.now())
            watching.stand_in(at=timezone.now())
        except Error as error:
            if not self._database_is_gone:
                sentry.report("trouble: database", fingerprint=["trouble", "database"])
            self._database_is_gone = True
            _log.warning("the clock cannot be looked at: %s", type(error).__name__)
        else:
            self._database_is_gone = False
        finally:
            connections.close_all()

    def _run(self, first_after: float) -> None:
        wait = first_after
        steps.beat_now("web")
        while not self._stopped.wait(wait):
            self.check_clock()
            wait = self._every


def start() -> None:
    """Watch the clock for as long as this process serves pages."""
    Watcher().start(first_after=rules.CLOCK_STOPPED_AFTER.total_seconds())
    sums.Collector().start()
