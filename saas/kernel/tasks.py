"""Jobs after the commit: each declares its schema, and takes ids only."""

import datetime as dt
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from celery import Task, current_task, signals
from celery.exceptions import SoftTimeLimitExceeded
from celery.result import AsyncResult
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from saas.kernel import modules, schema
from saas.kernel.places import BusyError, Places
from saas.kernel.silence import Silence
from saas.kernel.watching import job_deaths, log_context, metrics
from saas.kernel.watching.job_deaths import SetAsideError

SCHEMA_HEADER = "troovon_schema"
REQUEST_HEADER = "troovon_request"
QUEUED_HEADER = "troovon_queued"  # from this, monitoring computes the age of the oldest job
# In a queue with awaited jobs, those go before all others (`saas.schedule`).
FIRST, LATER = 0, 9
# Limits on the fetcher's threads: jobs of the same kind from a single space, and all unawaited
# jobs; the rest of the threads is for people signing in.
OUTSIDE_OF_A_SPACE, UNAWAITED_AT_ONCE = 4, 14
COMES_AGAIN_SECONDS = (10, 30)
AWAITED_AGAIN_SECONDS = (1, 2)
_log = logging.getLogger(__name__)
_broker = Silence()
unawaited_places = Places(UNAWAITED_AT_ONCE)
places_of_spaces = Places(OUTSIDE_OF_A_SPACE)
awaited_places_of_spaces = Places(OUTSIDE_OF_A_SPACE)


class SpaceShutError(RuntimeError):
    """Job for a deleted or closed space; the job ends, with a single log line."""


class UnplacedTask(Task[Any, Any]):
    """Default class of jobs: it does not declare a schema, so the job never runs."""

    abstract = True

    def __call__(self, *_args: object, **_kwargs: object) -> Any:
        """Refuse to run."""
        raise RuntimeError(f"{self.name} has no place: give it base=TenantTask or PublicTask")


class _PlacedTask(Task[Any, None]):
    """A job that enters the schema named by its header before it runs."""

    abstract = True
    # Logged in a single line, and removed from the queue: a retry would not find the space either.
    throws = (SpaceShutError, SetAsideError)

    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> AsyncResult[None]:
        """Queue the job with the space and the request that it belongs to, however it is queued."""
        options["headers"] = {
            SCHEMA_HEADER: schema.current(),
            REQUEST_HEADER: log_context.request_id(),
            QUEUED_HEADER: timezone.now().isoformat(),
            **(options.get("headers") or {}),
        }
        return super().apply_async(args=args, kwargs=kwargs, **options)

    def _run_in(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        headers = self.request.headers or {}
        self.request.ends_at = time.monotonic() + settings.CELERY_TASK_SOFT_TIME_LIMIT  # type: ignore[attr-defined]
        with (
            schema.inside(name),
            modules.reading(),
            log_context.job(str(self.request.id), headers.get(REQUEST_HEADER, "")),
        ):
            if name != schema.PUBLIC:  # public is never gone, and never closed
                self._enter_space(name)
            self._run_counted(name, args, kwargs)

    def _run_counted(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        """Run, unless the job has killed its worker twice: then an operator decides."""
        try:
            with job_deaths.counted(self, args, name):
                self._run_with_line(args, kwargs)
        except SetAsideError:
            self._record("set_aside", 0)
            raise

    def _run_with_line(self, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        """Run, then log a line and count the job: its name, its outcome, its duration."""
        began, outcome = time.monotonic(), "failed"
        try:
            super().__call__(*args, **kwargs)
            outcome = "done"
        finally:
            self._record(outcome, time.monotonic() - began)

    def _record(self, outcome: str, seconds: float) -> None:
        metrics.count(metrics.JOBS, self.name, outcome)
        metrics.observe(metrics.JOB_SECONDS, seconds, self.name)
        took = round(seconds * 1000)
        delivery = self.request.delivery_info or {}
        fields = {
            "task": self.name,
            "queue": delivery.get("routing_key") or "",
            "outcome": outcome,
            "duration_ms": took,
        }
        _log.info("%s %s in %d ms", self.name, outcome, took, extra={"fields": fields})

    def _enter_space(self, name: str) -> None:
        """Enter now and not with the first statement, so that nothing is done half."""
        try:
            schema.connect_now()
        except (OperationalError, InterfaceError):
            raise  # the database is down: this does not mean that the space is gone
        except DatabaseError as error:
            self._record("refused", 0)
            raise SpaceShutError(f"{self.name} refused: {name} is gone or shut") from error


def check_time() -> None:
    """Raise SoftTimeLimitExceeded if the time limit of this job has passed.

    Celery enforces it for a process, but not for a thread: long jobs call this between their steps.
    """
    ends_at = getattr(getattr(current_task, "request", None), "ends_at", None)
    if ends_at is not None and time.monotonic() > ends_at:
        raise SoftTimeLimitExceeded


class TenantTask(_PlacedTask):
    """Job of a single space. Refuses to run without a space, or for a deleted space."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Enter the space that queued the job, then run it."""
        name = (self.request.headers or {}).get(SCHEMA_HEADER)
        if not name or name == schema.PUBLIC:
            raise RuntimeError(f"{self.name} needs a space: queue it from inside one")
        self._run_in(name, args, kwargs)


class OutsideTask(TenantTask):
    """Job of a space with calls to external servers, however slow.

    The fetcher runs it, with a limited number of threads for each space. While those are taken, or
    the host has enough calls, the job is queued again. Its routing entry in the settings names the
    queue.
    """

    abstract = True
    again_seconds = COMES_AGAIN_SECONDS

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Run if a thread may wait for strangers, or queue the job again for a little later."""
        space = (self.request.headers or {}).get(SCHEMA_HEADER) or ""
        try:
            with self._place(space):
                super().__call__(*args, **kwargs)
        except BusyError:
            soon = random.randint(*self.again_seconds)  # noqa: S311 - no secret
            self.apply_async(args, kwargs, headers=self._own_headers(), countdown=soon, retry=False)

    @contextmanager
    def _place(self, space: str) -> Iterator[None]:
        with unawaited_places.take(""), places_of_spaces.take(space):
            yield

    def _own_headers(self) -> dict[str, str]:
        headers = self.request.headers or {}
        return {name: headers[name] for name in (SCHEMA_HEADER, REQUEST_HEADER) if name in headers}


class AwaitedTask(OutsideTask):
    """Job with a call to an external server while a person waits for it on a page.

    It never queues behind unawaited jobs: those leave threads free for it.
    """

    abstract = True
    again_seconds = AWAITED_AGAIN_SECONDS

    @contextmanager
    def _place(self, space: str) -> Iterator[None]:
        with awaited_places_of_spaces.take(space):
            yield


class PublicTask(_PlacedTask):
    """Job on shared data."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Run with the public role, wherever the job was queued."""
        self._run_in(schema.PUBLIC, args, kwargs)


class AwaitedPublicTask(PublicTask):
    """Job on shared data with a call to an external server, while a person waits on a page."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Run if a thread may wait for strangers, or queue the job again for a little later."""
        try:
            with awaited_places_of_spaces.take(schema.PUBLIC):
                super().__call__(*args, **kwargs)
        except BusyError:
            soon = random.randint(*AWAITED_AGAIN_SECONDS)  # noqa: S311 - no secret
            self.apply_async(args, kwargs, countdown=soon, retry=False)


@signals.task_prerun.connect
def _begin_in_public(task: Task[Any, Any], **_: Any) -> None:
    """Start every job of a worker in public, whatever schema the job before it left."""
    if not task.request.is_eager:
        schema.enter(schema.PUBLIC)


def send(
    task: Task[Any, None],
    *args: int | str | UUID | dt.date,
    space: str = "",
    after_seconds: int = 0,
    priority: int | None = None,
) -> None:
    """Queue a job for here or for `space`, perhaps a moment later; actions use `after_commit`.

    With the priority FIRST it goes before all that wait in its queue. Raises SilentError, too,
    where the broker hangs.
    """
    headers = {SCHEMA_HEADER: space or schema.current()}
    first: dict[str, Any] = {} if priority is None else {"priority": priority}
    with _broker.asking():
        task.apply_async(args=args, headers=headers, retry=False, countdown=after_seconds, **first)


def after_commit(
    task: Task[Any, None], *args: int | str | UUID | dt.date, priority: int | None = None
) -> None:
    """Queue a job after the commit, for the current schema: our backend sends it along.

    A dead broker never turns a committed action into an error: work that must be done is a row with
    a state *due*, and the app's scheduler queues it again.
    """
    transaction.on_commit(lambda: send(task, *args, priority=priority), robust=True)


def call_after_commit(call: Callable[[], None], *, using: str = "default") -> None:
    """Run `call` after a successful commit; our backend runs it in the current schema.

    `using` names the connection to be committed, if it is the owner's.
    """
    transaction.on_commit(call, using=using, robust=True)
