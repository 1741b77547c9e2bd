"""A space is suspended, archived and opened again: at once for people, shut in the database."""

import contextlib
import datetime as dt
import smtplib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DatabaseError, OperationalError, connections

from saas.accounts.models import User
from saas.kernel import hooks, schema
from saas.kernel.errors import Refused
from saas.kernel.tasks import SCHEMA_HEADER, PublicTask
from tenants.community.classifieds.models import Classified
from tenants.spaces import clock, deletion, notifications
from tenants.spaces.actions import life as actions
from tenants.spaces.database import logins, role_access
from tenants.spaces.models import (
    Archive,
    Change,
    EmailDomain,
    SpaceOperation,
    Tenant,
)
from tenants.spaces.queries import life as life_queries
from tenants.spaces.tasks import life as tasks
from tests.fixtures.people import AT
from tests.tenants.spaces.life.conftest import BY, ActValues, Do, again, enter, on


def test_suspended_space_answers_no_page_ends_its_sessions_and_lets_nobody_in(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    client = on(space)
    with schema.inside(space.schema_name):
        client.force_login(User.objects.get(first_name="Claire"))
    assert client.get("/").status_code == 200
    operation = actions.suspend(tenant_id=space.pk, **act_values)
    assert on(space).get("/signin/").status_code == 503
    assert enter(space) == 3  # the login in the database is the founder's to close
    done = do(operation)
    assert (done.state, done.result["sessions"]) == (SpaceOperation.State.DONE, 1)
    assert not role_access.is_open(space.schema_name)
    with pytest.raises(DatabaseError):
        enter(space)
    do(actions.reopen(tenant_id=space.pk, **act_values))
    assert client.get("/").status_code == 302


def test_administrators_alone_are_mailed_once_of_a_suspension(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    operation = do(actions.suspend(tenant_id=space.pk, **act_values))
    with schema.inside("public"):
        mails = [message for message in mail.outbox if "suspendu" in message.subject]
    assert [message.to[0].partition("@")[0][:6] for message in mails] == ["claire"]
    assert "Fin du contrat" in mails[0].body
    SpaceOperation.objects.filter(pk=operation.pk).update(state=SpaceOperation.State.RUNNING)
    do(operation)
    assert len([message for message in mail.outbox if "suspendu" in message.subject]) == 1


@pytest.mark.parametrize("goes_on", [True, False])
def test_refused_mailbox_of_an_administrator_holds_up_no_work_but_a_dead_server_does(
    space: Tenant,
    do: Do,
    act_values: ActValues,
    monkeypatch: pytest.MonkeyPatch,
    *,
    goes_on: bool,
) -> None:
    error = smtplib.SMTPRecipientsRefused({"c@x.example": (550, b"gone")}) if goes_on else OSError()

    def refuse(*_: Any) -> None:
        raise error

    monkeypatch.setattr(notifications, "mail_operation", refuse)
    operation = do(actions.suspend(tenant_id=space.pk, **act_values))
    assert (operation.state == SpaceOperation.State.DONE) is goes_on


def test_rooms_of_a_closing_space_hand_over_what_they_owe_and_it_is_shut(
    space: Tenant, do: Do, act_values: ActValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, int]] = []

    def record_space(_at: dt.datetime) -> None:
        calls.append((schema.current(), User.objects.count()))

    monkeypatch.setattr(hooks.closing, "_answers", {"a room": record_space})
    operation = do(actions.suspend(tenant_id=space.pk, **act_values))
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    assert calls == [(space.schema_name, 3)]
    assert not role_access.is_open(space.schema_name)


def test_a_reopened_space_is_as_it_was(
    space: Tenant, do: Do, act_values: ActValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    reopened: list[tuple[int, dt.datetime]] = []

    def carried_over_at_second_try(key: int, closed_at: dt.datetime, _at: dt.datetime) -> None:
        reopened.append((key, closed_at))
        if len(reopened) == 1:
            raise OperationalError

    monkeypatch.setattr(hooks.space_reopened, "ask", carried_over_at_second_try)
    do(actions.suspend(tenant_id=space.pk, **act_values))
    operation = actions.reopen(tenant_id=space.pk, **act_values)
    assert on(space).get("/signin/").status_code == 503
    assert do(operation).state == SpaceOperation.State.FAILED
    actions.try_again(operation_id=operation.pk, by=BY, at=AT)
    assert do(operation).state == SpaceOperation.State.DONE
    [message] = [one for one in mail.outbox if one.subject == "Votre espace est rouvert"]
    assert message.to[0].startswith("claire")
    assert "Fin du contrat" in message.body
    assert f"https://{space.slug}." in message.body.replace("http://", "https://")
    assert role_access.is_open(space.schema_name)
    assert on(space).get("/signin/").status_code == 200
    with schema.inside(space.schema_name):
        assert Classified.objects.count() == 2
    assert again(space).closed_at is None
    assert reopened == [(space.pk, AT)] * 2


def test_reopened_space_leaves_a_mail_domain_to_the_company_that_proved_it_since(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    Tenant.objects.using("owner").filter(pk=space.pk).update(kind=Tenant.Kind.COMPANY)
    own = set(EmailDomain.objects.filter(tenant=space).values_list("domain", flat=True))
    do(actions.suspend(tenant_id=space.pk, **act_values))
    south = Tenant.objects.get(slug="south")
    proven = EmailDomain.objects.using("owner")
    for tenant, domain in ((space, "taken.example"), (south, "taken.example")):
        proven.create(tenant_id=tenant.pk, domain=domain, proven_at=AT)
    operation = do(actions.reopen(tenant_id=space.pk, **act_values))
    assert operation.result["domains_left_out"] == ["taken.example"]
    assert "ne sont pas revenus" in mail.outbox[-1].body
    assert set(EmailDomain.objects.filter(tenant=space).values_list("domain", flat=True)) == own
    [change] = Change.objects.filter(tenant=space, what=Change.What.MAIL_REMOVED)
    assert (change.before, change.by, change.mailed_at) == ("taken.example", BY, None)


def test_operations_run_one_at_a_time_and_an_open_space_is_neither_reopened_nor_deleted(
    space: Tenant, act_values: ActValues
) -> None:
    with pytest.raises(Refused):
        actions.reopen(tenant_id=space.pk, **act_values)
    confirmed = act_values | {"confirmation": space.slug, "keep_until": None}
    with pytest.raises(Refused):
        actions.delete(tenant_id=space.pk, **confirmed)
    actions.suspend(tenant_id=space.pk, **act_values)
    with pytest.raises(Exception, match="déjà en cours"):
        actions.reopen(tenant_id=space.pk, **act_values)


def test_an_archived_space_is_closed_and_keeps_its_schema_and_a_file(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    operation = do(actions.archive(tenant_id=space.pk, closes=True, **act_values))
    assert operation.state == SpaceOperation.State.DONE, operation.failure
    assert again(space).state == Tenant.State.ARCHIVED
    assert on(space).get("/signin/").status_code == 503
    archive = Archive.objects.get(tenant=space)
    assert default_storage.exists(archive.name)
    assert archive.keep_until is None
    do(actions.reopen(tenant_id=space.pk, **act_values))
    assert enter(space) == 3


def test_space_that_is_archived_after_its_suspension_is_closed_since_then(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    do(actions.suspend(tenant_id=space.pk, **act_values))
    later = act_values | {"at": AT + dt.timedelta(days=9)}
    actions.archive(tenant_id=space.pk, closes=True, **later)
    assert (again(space).state, again(space).closed_at) == (Tenant.State.ARCHIVED, AT)


def test_an_export_closes_nothing_and_is_removed_after_a_month(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    do(actions.archive(tenant_id=space.pk, closes=False, **act_values))
    assert again(space).state == Tenant.State.ACTIVE
    archive = Archive.objects.get(tenant=space)
    tasks.remove_old_archives(AT.date() + dt.timedelta(days=30))
    assert default_storage.exists(archive.name)
    tasks.remove_old_archives(AT.date() + dt.timedelta(days=31))
    assert not default_storage.exists(archive.name)
    assert not life_queries.archives_of(space)


def test_a_work_left_by_a_dead_worker_is_found_again(
    space: Tenant, act_values: ActValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(PublicTask, "apply_async", lambda _task, args=(), **_: queued.append(args))
    operation = actions.suspend(tenant_id=space.pk, **act_values)
    assert queued == [(operation.pk,)]
    later = AT + dt.timedelta(minutes=3)
    assert actions.requeue_stalled_operations(at=later) == 0  # it was queued a moment ago
    cache.clear()
    with role_access.alone(operation.pk):
        assert actions.requeue_stalled_operations(at=later) == 0
    assert actions.requeue_stalled_operations(at=later) == 1
    assert actions.requeue_stalled_operations(at=AT) == 0


@contextlib.contextmanager
def another_connection() -> Iterator[None]:
    """A second worker with the owner's password."""
    connections["other"] = connections["owner"].copy("other")
    try:
        yield
    finally:
        connections["other"].close()
        del connections["other"]


def test_two_workers_do_a_work_once_and_one_that_was_tried_too_often_says_so(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    operation = actions.suspend(tenant_id=space.pk, **act_values)
    with another_connection(), role_access.alone(operation.pk, alias="other"):
        assert do(operation).state == SpaceOperation.State.DUE
    assert do(operation).state == SpaceOperation.State.DONE
    running = {"attempts": 5, "state": SpaceOperation.State.RUNNING}
    SpaceOperation.objects.filter(pk=operation.pk).update(**running)
    assert "plusieurs essais" in do(operation).failure


def test_the_clock_queues_both(own_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(PublicTask, "apply_async", lambda task, **_: queued.append(task.name))
    clock.remove_old_archives()
    clock.requeue_operations()
    assert queued == ["tenants.spaces.tasks.life.remove_old_archives"]


def test_jobs_that_wait_in_a_worker_are_forgotten_too(space: Tenant) -> None:
    with redis.Redis.from_url(settings.VALKEY_URL) as store:
        body = '[{"headers": {"%s": "%s"}}, "", "default"]'
        store.hset(deletion.UNACKED, "tag-1", body % (SCHEMA_HEADER, space.schema_name))
        store.hset(deletion.UNACKED, "tag-2", body % (SCHEMA_HEADER, "south"))
        assert deletion.forget_jobs(space.schema_name) == 1
        assert store.hkeys(deletion.UNACKED) == [b"tag-2"]
        store.delete(deletion.UNACKED)


def test_a_login_of_the_space_s_own_is_shut_out_as_well_and_let_in_again(
    space: Tenant, do: Do, act_values: ActValues
) -> None:
    password = logins.give(space.schema_name)
    known = connections["owner"].get_connection_params()
    place = "postgresql://{user}:{password}@{host}:{port}/{dbname}"
    url = place.format_map({**known, "user": space.schema_name, "password": password})
    psycopg.connect(url).close()
    do(actions.suspend(tenant_id=space.pk, **act_values))
    with pytest.raises(psycopg.OperationalError, match="too many connections"):
        psycopg.connect(url)
    do(actions.reopen(tenant_id=space.pk, **act_values))
    psycopg.connect(url).close()
