"""Work after the commit: each job says where it runs, and takes ids only."""

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

from saas.kernel import job_deaths, log_context, metrics, modules, schema
from saas.kernel.job_deaths import SetAsideError
from saas.kernel.places import BusyError, Places
from saas.kernel.silence import Silence

SCHEMA_HEADER = "troovon_schema"
REQUEST_HEADER = "troovon_request"
QUEUED_HEADER = "troovon_queued"  # by which monitoring knows how long the oldest job waits
# In a queue that somebody waits for, their job goes before all others (`saas.schedule`).
FIRST, LATER = 0, 9
# Of the fetcher's threads those that one space may hold by jobs of one kind, and those that jobs
# may hold for which nobody waits: the others are for people who sign in.
OUTSIDE_OF_A_SPACE, UNAWAITED_AT_ONCE = 4, 14
COMES_AGAIN_SECONDS = (10, 30)
AWAITED_AGAIN_SECONDS = (1, 2)
_log = logging.getLogger(__name__)
_broker = Silence()
unawaited_places = Places(UNAWAITED_AT_ONCE)
places_of_spaces = Places(OUTSIDE_OF_A_SPACE)
awaited_places_of_spaces = Places(OUTSIDE_OF_A_SPACE)


class SpaceShutError(RuntimeError):
    """A job's space is gone, or nobody may enter it now; the job is over, and said so once."""


class UnplacedTask(Task[Any, Any]):
    """The class of a job that names none: where it runs is not said, so it never does."""

    abstract = True

    def __call__(self, *_args: object, **_kwargs: object) -> Any:
        """Refuse to run."""
        raise RuntimeError(f"{self.name} has no place: give it base=TenantTask or PublicTask")


class _PlacedTask(Task[Any, None]):
    """A job that enters the schema named by its header before it runs."""

    abstract = True
    # Told in one line, and taken off the queue: no later try would find the space again.
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
            if name != schema.PUBLIC:  # which is never gone, and shut to nobody
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
        """Run, then log one line and count the job: its name, how it ended, how long it took."""
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
            raise  # the database is down: that is no word about the space
        except DatabaseError as error:
            self._record("refused", 0)
            raise SpaceShutError(f"{self.name} refused: {name} is gone or shut") from error


def check_time() -> None:
    """Raise SoftTimeLimitExceeded where the time of this job is over.

    Celery says so by itself to a process, but to no thread: what may last asks between its steps.
    """
    ends_at = getattr(getattr(current_task, "request", None), "ends_at", None)
    if ends_at is not None and time.monotonic() > ends_at:
        raise SoftTimeLimitExceeded


class TenantTask(_PlacedTask):
    """A job of one space. Refuses to run without one, or for one that is gone."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Enter the space that queued the job, then run it."""
        name = (self.request.headers or {}).get(SCHEMA_HEADER)
        if not name or name == schema.PUBLIC:
            raise RuntimeError(f"{self.name} needs a space: queue it from inside one")
        self._run_in(name, args, kwargs)


class OutsideTask(TenantTask):
    """A job of one space that speaks to servers of others, however slow they are.

    The fetcher runs it, and a space has only some of its threads; while those are taken, or the
    host has calls enough, the job comes again. Its row of routes in the settings names the queue.
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
    """A job that speaks to a server of others while a person waits for it on a page of ours.

    It never queues behind jobs for which nobody waits: those leave threads free for it.
    """

    abstract = True
    again_seconds = AWAITED_AGAIN_SECONDS

    @contextmanager
    def _place(self, space: str) -> Iterator[None]:
        with awaited_places_of_spaces.take(space):
            yield


class PublicTask(_PlacedTask):
    """A job on what all spaces share."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Run with the public role, wherever the job was queued."""
        self._run_in(schema.PUBLIC, args, kwargs)


@signals.task_prerun.connect
def _begin_in_public(task: Task[Any, Any], **_: Any) -> None:
    """Begin every job of a worker in public, whatever the one before it left behind."""
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
    """Queue a job once what it is about is committed, for where we are now: our backend goes there.

    A dead broker never turns a committed act into an error: what must happen all the same is a
    row whose state says *due*, and the room's clock queues it again.
    """
    transaction.on_commit(lambda: send(task, *args, priority=priority), robust=True)


def call_after_commit(call: Callable[[], None], *, using: str = "default") -> None:
    """Run `call` once the commit has held; our backend runs it in the schema where we are now.

    `using` names the connection whose commit is meant, where it is the owner's.
    """
    transaction.on_commit(call, using=using, robust=True)
