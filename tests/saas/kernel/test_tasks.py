"""A job runs where it belongs or not at all; no broker turns a committed act into an error."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Task, current_app, shared_task
from celery.contrib.testing.worker import start_worker
from celery.exceptions import OperationalError
from django.db import OperationalError as DatabaseIsDown
from django.db import connections, transaction

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.places import BusyError
from saas.kernel.tasks import (
    OUTSIDE_OF_A_SPACE,
    SCHEMA_HEADER,
    UNAWAITED_AT_ONCE,
    AwaitedTask,
    OutsideTask,
    PublicTask,
    SpaceShutError,
    TenantTask,
    after_commit,
    awaited_places_of_spaces,
    call_after_commit,
    send,
    unawaited_places,
)
from tenants.spaces.database import role_access
from tests.fixtures.patience import PATIENCE

ran_in: list[str] = []


@shared_task(base=TenantTask)
def report_the_space() -> None:
    """Record the current schema."""
    ran_in.append(schema.current())


@shared_task(base=OutsideTask)
def report_number_outside(number: int) -> None:
    """Record the current schema."""
    ran_in.append(schema.current())


@shared_task(base=AwaitedTask)
def report_awaited_number(number: int) -> None:
    """Record the current schema."""
    ran_in.append(schema.current())


@shared_task(base=OutsideTask)
def find_no_place() -> None:
    """Ask a host that has calls enough."""
    raise BusyError


@shared_task(base=TenantTask)
def read_inside() -> None:
    """Read rows of the space, and record the current schema."""
    User.objects.exists()
    ran_in.append(schema.current())


@shared_task(base=PublicTask)
def report_public() -> None:
    """Record the current schema."""
    ran_in.append(schema.current())


@shared_task(base=TenantTask)
def stumble() -> None:
    """Fail inside a space."""
    raise LookupError(schema.current())


@shared_task(base=TenantTask)
def wander_off() -> None:
    """Enter another space by hand and stay there."""
    ran_in.append(schema.current())
    schema.connection().set_schema("north")
    User.objects.exists()


@shared_task(base=TenantTask, bind=True, max_retries=2)
def try_three_times(self: Task[Any, None]) -> None:
    """Fail twice, then succeed."""
    ran_in.append(schema.current())
    if self.request.retries < 2:
        raise self.retry(countdown=0)


@shared_task(base=Task)
def plain_and_faulty() -> None:
    """Record the current schema, without a declared space, and leave another schema set."""
    ran_in.append(f"plain: {schema.current()}")
    schema.enter("north")


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran_in.clear()


def run(task: Task[Any, None], headers: dict[str, str] | None) -> None:
    task.apply(headers=headers, throw=True)


@pytest.mark.parametrize("headers", [None, {}, {SCHEMA_HEADER: ""}, {SCHEMA_HEADER: "public"}])
def test_a_job_of_a_space_without_one_is_refused(db: None, headers: dict[str, str] | None) -> None:
    with pytest.raises(RuntimeError, match="needs a space"):
        run(report_the_space, headers)
    assert ran_in == []


@pytest.mark.parametrize(
    ("task", "runs"),
    [
        pytest.param(report_the_space, 1, id="that succeeds"),
        pytest.param(wander_off, 1, id="that wanders off"),
        pytest.param(try_three_times, 3, id="that is tried again"),
        pytest.param(stumble, 0, id="that fails"),
    ],
)
def test_job_runs_in_its_space_and_leaves_it(db: None, task: Task[Any, None], runs: int) -> None:
    done = task.apply(headers={SCHEMA_HEADER: "south"})
    assert ran_in == ["south"] * runs
    assert schema.current() == "public"
    assert str(done.result) == ("south" if task is stumble else "None")


def test_strangers_hold_some_threads_and_the_next_job_comes_again(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[tuple[Any, Any]] = []

    def queue(_task: object, **how: Any) -> None:
        queued.append((how["args"], how["headers"][SCHEMA_HEADER]))
        assert how["countdown"] > 0

    monkeypatch.setattr(Task, "apply_async", queue)

    def report(task: Task[Any, None], space: str) -> None:
        task.apply(args=(7,), headers={SCHEMA_HEADER: space}, throw=True)

    with contextlib.ExitStack() as held:
        for _thread in range(UNAWAITED_AT_ONCE):
            held.enter_context(unawaited_places.take(""))
        report(report_number_outside, "south")
        assert (ran_in, queued) == ([], [((7,), "south")])
        run(report_the_space, {SCHEMA_HEADER: "south"})  # ours wait for no stranger
        report(report_awaited_number, "south")  # nor do people
    report(report_number_outside, "south")
    assert ran_in == ["south", "south", "south"]
    with contextlib.ExitStack() as held:
        for _thread in range(OUTSIDE_OF_A_SPACE):
            held.enter_context(awaited_places_of_spaces.take("south"))
        report(report_awaited_number, "south")
        report(report_awaited_number, "north")  # of another space
    assert (ran_in[3:], queued[1:]) == (["north"], [((7,), "south")])


def test_job_whose_host_has_calls_enough_comes_again(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(Task, "apply_async", lambda *_, **how: queued.append(how["countdown"]))
    find_no_place.apply(headers={SCHEMA_HEADER: "south"}, throw=True)
    assert len(queued) == 1


@pytest.fixture
def south_is_shut(own_database: None) -> Iterator[None]:
    """Make the south's role unavailable: suspended, or being archived."""
    role_access.shut("south")
    connections.close_all()
    yield
    role_access.reopen("south")


def test_a_job_of_a_space_gone_or_shut_is_refused_before_it_begins(south_is_shut: None) -> None:
    for space in ("t_gone", "south"):
        with pytest.raises(SpaceShutError, match=f"report_the_space refused: {space} is gone or"):
            run(report_the_space, {SCHEMA_HEADER: space})
    assert ran_in == []
    assert schema.current() == "public"


def test_job_asks_again_for_space_in_which_its_connection_still_stands(own_database: None) -> None:
    """The job before it ran in the same space, which has been shut since."""
    run(read_inside, {SCHEMA_HEADER: "south"})
    role_access.shut("south")
    try:
        with pytest.raises(SpaceShutError, match="south is gone or shut"):
            run(read_inside, {SCHEMA_HEADER: "south"})
    finally:
        role_access.reopen("south")
    assert ran_in == ["south"]
    run(read_inside, {SCHEMA_HEADER: "south"})
    assert ran_in == ["south", "south"]


def test_a_refusal_is_logged_in_one_line_and_is_no_reason_to_try_again() -> None:
    assert SpaceShutError in report_the_space.throws
    assert current_app.conf.task_acks_on_failure_or_timeout


def test_down_database_says_nothing_of_the_space(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> None:
        raise DatabaseIsDown("nobody there")

    monkeypatch.setattr(schema, "connect_now", down)
    with pytest.raises(DatabaseIsDown):
        run(report_the_space, {SCHEMA_HEADER: "south"})


def test_a_worker_begins_every_job_in_public_whatever_the_one_before_did(
    own_database: None, south_is_shut: None
) -> None:
    """Check a real worker, its threads and a broker: faulty, plain and refused jobs."""
    with start_worker(
        current_app,
        pool="threads",
        concurrency=2,
        perform_ping_check=False,
        shutdown_timeout=PATIENCE,
    ):
        for _ in range(8):
            plain_and_faulty.apply_async()
            send(wander_off, space="north")
            send(stumble, space="north")
            send(report_the_space, space="south")
            send(report_public)
            send(try_three_times, space="north")
        expected = 8 * (1 + 1 + 1 + 3)
        until = time.monotonic() + PATIENCE
        while len(ran_in) < expected and time.monotonic() < until:
            time.sleep(0.05)
    assert ran_in.count("plain: public") == 8
    assert ran_in.count("public") == 8
    assert ran_in.count("north") == 8 * 4
    assert len(ran_in) == expected


def test_a_job_of_public_runs_there_wherever_it_was_queued(in_north: None) -> None:
    run(report_public, {SCHEMA_HEADER: "north"})
    assert ran_in == ["public"]
    assert schema.current() == "north"


def test_jobs_and_calls_follow_the_commit_in_the_space_of_the_act(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    queued: list[dict[str, Any]] = []
    monkeypatch.setattr(report_the_space, "apply_async", lambda **how: queued.append(how))
    with django_capture_on_commit_callbacks(execute=True):
        with schema.inside("south"):
            after_commit(report_the_space)
            call_after_commit(lambda: ran_in.append(schema.current()))
        assert (queued, ran_in) == ([], [])
    assert [how["headers"][SCHEMA_HEADER] for how in queued] == ["south"]
    assert ran_in == ["south"]
    assert schema.current() == "public"


def test_a_dead_broker_turns_no_committed_act_into_an_error(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[dict[str, Any]] = []

    def apply_async(**how: Any) -> None:
        tried.append(how)
        raise OperationalError("nobody there")

    monkeypatch.setattr(report_public, "apply_async", apply_async)
    with transaction.atomic():
        after_commit(report_public)
        call_after_commit(lambda: ran_in.append("still called"))
    assert [how["retry"] for how in tried] == [False]
    assert ran_in == ["still called"]


def test_dead_broker_is_tried_without_waits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits for it, and there are four threads: seconds would be an outage."""
    slept: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", slept.append)
    with (
        current_app.connection_for_write("redis://127.0.0.1:1/0") as nobody,
        pytest.raises(OperationalError),
    ):
        report_public.apply_async(connection=nobody, retry=False)
    assert slept == []
