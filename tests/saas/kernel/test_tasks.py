"""A job runs where it belongs or not at all; no broker turns a committed act into an error."""

import time
from typing import Any

import pytest
from celery import Task, current_app, shared_task
from celery.exceptions import OperationalError
from django.db import transaction

from saas.kernel import schema
from saas.kernel.tasks import (
    SCHEMA_HEADER,
    PublicTask,
    TenantTask,
    after_commit,
    call_after_commit,
)

MOST_SECONDS = 2

ran_in: list[str] = []


@shared_task(base=TenantTask)
def look_around_a_space() -> None:
    """Tell where it runs."""
    ran_in.append(schema.current())


@shared_task(base=PublicTask)
def look_around_public() -> None:
    """Tell where it runs."""
    ran_in.append(schema.current())


@shared_task(base=TenantTask)
def stumble() -> None:
    """Fail inside a space."""
    raise LookupError(schema.current())


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran_in.clear()


def run(task: Task[Any, None], headers: dict[str, str] | None) -> None:
    task.apply(headers=headers, throw=True)


@pytest.mark.parametrize("headers", [None, {}, {SCHEMA_HEADER: ""}, {SCHEMA_HEADER: "public"}])
def test_a_job_of_a_space_without_one_is_refused(db: None, headers: dict[str, str] | None) -> None:
    with pytest.raises(RuntimeError, match="needs a space"):
        run(look_around_a_space, headers)
    assert ran_in == []


def test_a_job_runs_in_the_space_that_queued_it_and_leaves_it(db: None) -> None:
    run(look_around_a_space, {SCHEMA_HEADER: "south"})
    assert ran_in == ["south"]
    assert schema.current() == "public"


def test_a_job_of_public_runs_there_wherever_it_was_queued(in_north: None) -> None:
    run(look_around_public, {SCHEMA_HEADER: "north"})
    assert ran_in == ["public"]
    assert schema.current() == "north"


def test_a_job_that_fails_leaves_its_space_too(db: None) -> None:
    with pytest.raises(LookupError, match="south"):
        run(stumble, {SCHEMA_HEADER: "south"})
    assert schema.current() == "public"


def test_a_job_is_queued_after_the_commit_with_the_space_of_the_act(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    queued: list[dict[str, Any]] = []
    monkeypatch.setattr(look_around_a_space, "apply_async", lambda **how: queued.append(how))
    with django_capture_on_commit_callbacks(execute=True):
        with schema.inside("south"):
            after_commit(look_around_a_space)
        assert queued == []
    assert [how["headers"][SCHEMA_HEADER] for how in queued] == ["south"]


def test_nothing_is_queued_of_what_was_rolled_back(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(look_around_public, "apply_async", lambda **_: pytest.fail("queued"))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        after_commit(look_around_public)
        transaction.set_rollback(True)


def test_what_is_called_after_the_commit_is_called_in_the_space_of_the_act(
    db: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), schema.inside("south"):
        call_after_commit(lambda: ran_in.append(schema.current()))
    assert ran_in == ["south"]
    assert schema.current() == "public"


def test_a_dead_broker_turns_no_committed_act_into_an_error(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[dict[str, Any]] = []

    def apply_async(**how: Any) -> None:
        tried.append(how)
        raise OperationalError("nobody there")

    monkeypatch.setattr(look_around_public, "apply_async", apply_async)
    with transaction.atomic():
        after_commit(look_around_public)
        call_after_commit(lambda: ran_in.append("still called"))
    assert [how["retry"] for how in tried] == [False]
    assert ran_in == ["still called"]


def test_a_dead_broker_is_found_out_soon(db: None) -> None:
    """A page waits for it, and there are four threads: seconds would be an outage."""
    began = time.monotonic()
    with (
        current_app.connection_for_write("redis://127.0.0.1:1/0") as nobody,
        pytest.raises(OperationalError),
    ):
        look_around_public.apply_async(connection=nobody, retry=False)  # type: ignore[call-arg]
    assert time.monotonic() - began < MOST_SECONDS
