"""Threads that make pages. A thread with a page over its time limit is given up and replaced.

The caller responds at once. The running statement of the database is cancelled, and an exception is
raised in the thread, which ends at its next line of Python. Code without a line of Python (a call
into a library that loops) runs on until it returns, beside the replacing thread: `MOST_GIVEN_UP`
such threads at once, and then no further replacement.
"""

import asyncio
import ctypes
import logging
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections

from saas.kernel.watching.log_context import Vouched

MOST_GIVEN_UP = 16
_WATCH_SECONDS = 0.5
_CANCEL_SECONDS = 2.0
_FRAMES = 6
_ROOT = str(Path(__file__).resolve().parents[2])
_log = logging.getLogger(__name__)


class PageEndedError(BaseException):
    """Ends the page of a thread that was given up; no `except Exception` keeps it."""


class TooLongError(Exception):
    """The page took longer than it may."""


@dataclass(eq=False)
class Job:
    """A page to make, and how long it has taken."""

    work: Callable[[], None]
    name: str
    future: Future[None] = field(default_factory=Future)
    began: float = 0.0
    thread_id: int = 0
    connection: Any = None
    is_given_up: bool = False
    _is_done: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Make the page in this thread."""
        if not self.future.set_running_or_notify_cancel():
            return
        self.thread_id, self.connection = threading.get_ident(), connections["default"]
        self.began = time.monotonic()
        error: BaseException | None = None
        try:
            self.work()
        except BaseException as raised:  # noqa: BLE001 - the caller gets it
            error = raised
        self.finish()
        if self.is_given_up:
            return
        if error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(error)

    def finish(self) -> None:
        """Prevent further exceptions in the thread, and clear a pending exception."""
        with self._lock:
            self._is_done = True
            _raise_in(self.thread_id, None)

    def has_run(self) -> float:
        """Return for how many seconds the page has been made; 0 if no thread has begun it."""
        return time.monotonic() - self.began if self.began and not self._is_done else 0.0

    def give_up(self) -> bool:
        """Respond to the caller and end the thread's work; return False if it was just done."""
        with self._lock:
            if self._is_done or self.is_given_up:
                return False
            self.is_given_up = True
            where = _frames_of(self.thread_id)
        self.future.set_exception(TooLongError())
        took = round(time.monotonic() - self.began)
        _log.error("%s ended after %d s in %s", Vouched(self.name), took, Vouched(where))
        return True

    def interrupt(self) -> None:
        """Cancel the statement of the thread, and raise an exception in it, unless it is done."""
        driver = getattr(self.connection, "connection", None)
        if driver is not None and not self._is_done:
            try:
                driver.cancel_safe(timeout=_CANCEL_SECONDS)
            except Exception as error:  # noqa: BLE001 - a closed or lost connection has no statement
                _log.warning("a statement was not cancelled: %s", error)
        with self._lock:
            if not self._is_done:
                _raise_in(self.thread_id, PageEndedError)

    def is_over(self) -> bool:
        """Return True once its thread is free."""
        return self._is_done


class PageThreads:
    """So many threads, which take jobs in their order."""

    def __init__(self, count: int, name: str, *, seconds: float) -> None:
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._name = name
        self._seconds = seconds
        self._lock = threading.Lock()
        self._running: set[Job] = set()
        self._given_up: set[Job] = set()
        for _ in range(count):
            self._begin_thread()
        threading.Thread(target=self._watch, name=f"{name}-watch", daemon=True).start()

    async def run(self, work: Callable[[], None], name: str) -> None:
        """Have some work done by a thread. Raises TooLongError once it took too long."""
        job = Job(work, name)
        self._jobs.put(job)
        await asyncio.wrap_future(job.future)

    def _begin_thread(self) -> None:
        threading.Thread(target=self._take_jobs, name=self._name, daemon=True).start()

    def _take_jobs(self) -> None:
        """Run jobs until a job is given up: from then on another thread replaces this thread."""
        job = None
        while job is None or not job.is_given_up:
            job = self._jobs.get()
            with self._lock:
                self._running.add(job)
            try:
                job.run()
            except PageEndedError:  # raised between the end of the page and here
                job.finish()
            with self._lock:
                self._running.discard(job)
        _close_connections()

    def _watch(self) -> None:
        while True:
            time.sleep(_WATCH_SECONDS)
            with self._lock:
                late = [job for job in self._running if job.has_run() > self._seconds]
                self._given_up = {job for job in self._given_up if not job.is_over()}
                stuck = list(self._given_up)
            for job in late:
                self._end(job)
            for job in stuck:
                job.interrupt()

    def _end(self, job: Job) -> None:
        if not job.give_up():
            return
        with self._lock:
            self._given_up.add(job)
            is_replaced = len(self._given_up) <= MOST_GIVEN_UP
        if is_replaced:
            self._begin_thread()
        else:
            _log.error("%d threads do not come back", len(self._given_up))
        job.interrupt()


def _raise_in(thread_id: int, error: type[BaseException] | None) -> None:
    """Raise an exception in a thread at its next line of Python; None clears it."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread_id), ctypes.py_object(error) if error else None
    )


def _frames_of(thread_id: int) -> str:
    """Return where a thread is: our own functions, the innermost first."""
    frame = sys._current_frames().get(thread_id)  # noqa: SLF001 - the one way to another thread
    if frame is None:
        return "unknown"
    ours = [
        f"{Path(each.filename).relative_to(_ROOT)}:{each.lineno}:{each.name}"
        for each in reversed(traceback.extract_stack(frame))
        if each.filename.startswith(_ROOT) and ".venv" not in each.filename
    ]
    return " < ".join(ours[:_FRAMES]) or "unknown"


def _close_connections() -> None:
    """Close the connections of a thread after its page was ended in the middle."""
    try:
        connections.close_all()
    except Exception:  # noqa: BLE001 - the thread ends either way
        _log.exception("a connection of a page that was ended could not be given back")
