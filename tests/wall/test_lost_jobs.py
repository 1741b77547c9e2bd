"""A broker failure right after the commit loses no mail: the clock finds and sends unsent mails."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from celery import Task, current_app
from celery.exceptions import OperationalError
from django.core import mail
from django.utils import timezone

from saas.accounts import actions as accounts
from saas.accounts import clock as accounts_clock
from saas.accounts import tasks as accounts_tasks
from saas.accounts.models import Pass
from saas.accounts.rules import SignInHost
from saas.catalogue.merchants import clock as merchants_clock
from saas.catalogue.merchants import tasks as merchants_tasks
from saas.catalogue.merchants.actions import shops as merchants
from saas.catalogue.merchants.models import Signup
from saas.kernel import pending_mail, schema
from saas.kernel.tasks import SCHEMA_HEADER, TenantTask
from tenants.community.members import clock as members_clock
from tenants.community.members import tasks as members_tasks
from tenants.community.members.actions import membership as members
from tenants.community.members.models import JoinRequest, Role
from tenants.community.members.queries import people as members_queries
from tenants.spaces import clock as spaces_clock
from tenants.spaces.actions import foundings as spaces
from tenants.spaces.models import Founding, Tenant
from tenants.spaces.tasks import foundings as spaces_tasks
from tests.fixtures.people import PASSWORD, make_user

HOST = SignInHost("space", "Nord", "https://north.example", "/")
LATER = dt.timedelta(minutes=6)
type Queued = list[tuple[str, str, tuple[Any, ...]]]


class Broker:
    """A broker that refuses jobs while it is dead, else queues them and runs each in its schema."""

    def __init__(self) -> None:
        self.dead = True
        self.queued: Queued = []

    def take(self, task: Task[Any, None], **how: Any) -> None:
        if self.dead:
            raise OperationalError("nobody there")
        self.queued.append((str(task.name), how["headers"][SCHEMA_HEADER], tuple(how["args"])))

    def run(self) -> None:
        while self.queued:
            name, place, args = self.queued.pop(0)
            current_app.tasks[name].apply(args=args, headers={SCHEMA_HEADER: place}, throw=True)


@pytest.fixture
def broker(own_database: None, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """Return a dead broker in place of Celery's, in a database with real commits."""
    one = Broker()

    def apply_async(task: Task[Any, None], **how: Any) -> None:
        one.take(task, **how)

    monkeypatch.setattr(Task, "apply_async", apply_async)
    return one


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let minutes pass."""

    def pass_by() -> None:
        then = timezone.now() + LATER
        monkeypatch.setattr(timezone, "now", lambda: then)

    return pass_by


def ask_for_a_link(email: str) -> None:
    accounts.ask_for_link(email=email, host=HOST, network="n", at=timezone.now())


def ask_for_a_link_in_a_space() -> None:
    with schema.inside("north"):
        ask_for_a_link(make_user("Nadia").email)


def ask_for_a_link_in_public() -> None:
    ask_for_a_link(make_user("Odile").email)


PERSON = {"first_name": "Odile", "last_name": "Cazal", "language": "fr", "network": "n"}


def ask_to_join() -> None:
    with schema.inside("north"):
        members.ask_to_join(
            email="paul@north.example",
            company_id=min(members_queries.company_ids()),
            code="",
            host=HOST,
            at=timezone.now(),
            **PERSON,
        )


def give_a_role() -> None:
    with schema.inside("north"):
        nadia, karim, at = make_user("Nadia"), make_user("Karim"), timezone.now()
        Role.objects.create(user=nadia, role=Role.Kind.ADMINISTRATOR, given_at=at)
        moderator: Any = {"role": Role.Kind.MODERATOR, "company_id": None}
        members.give_role(by=nadia, to=karim, at=at, **moderator)


def sign_up_as_a_merchant() -> None:
    email = "odile@shop.example"
    merchants.sign_up(email=email, password=PASSWORD, at=timezone.now(), **PERSON)


def begin_a_founding() -> None:
    kind, at = Tenant.Kind.COMPANY, timezone.now()
    spaces.begin(email="rh@founding.example", kind=kind, at=at, **PERSON)


def have_a_space_built() -> None:
    at = timezone.now()
    Founding.objects.create(
        email="rh@built.example",
        first_name="Agathe",
        last_name="Roy",
        token_hash="x" * 64,
        slug="built",
        description={"name": "Maison Roy"},
        state=Founding.State.BUILT,
        tenant=Tenant.objects.get(schema_name="north"),
        **dict.fromkeys(("token_expires_at", "created_at", "built_at", "link_mailed_at"), at),
    )


ACTS: dict[str, tuple[Callable[[], None], Callable[[], object], Task[Any, None]]] = {
    "a link into a space": (
        ask_for_a_link_in_a_space,
        *(members_clock.requeue_mails_everywhere, accounts_tasks.mail_link_of_a_space),
    ),
    "a link into public": (
        ask_for_a_link_in_public,
        *(accounts_clock.requeue_links, accounts_tasks.mail_link_of_public),
    ),
    "a confirmation": (
        ask_to_join,
        *(members_clock.requeue_mails_everywhere, members_tasks.mail_confirmation),
    ),
    "a role": (
        give_a_role,
        *(members_clock.requeue_mails_everywhere, members_tasks.mail_role),
    ),
    "a merchant's confirmation": (
        sign_up_as_a_merchant,
        *(merchants_clock.requeue_mails, merchants_tasks.mail_confirmation),
    ),
    "a founder's link": (
        begin_a_founding,
        *(spaces_clock.requeue_founder_mails, spaces_tasks.mail_link),
    ),
    "a welcome": (
        have_a_space_built,
        *(spaces_clock.requeue_founder_mails, spaces_tasks.mail_ready),
    ),
}


def is_fan_out(name: str) -> bool:
    return name == members_clock.requeue_mails.name


@pytest.mark.parametrize("what", ACTS)
def test_a_mail_that_was_never_queued_is_sent_by_the_clock_and_only_once(
    broker: Broker, later: Callable[[], None], what: str
) -> None:
    act, clock, job = ACTS[what]
    place = "north" if isinstance(job, TenantTask) else "public"
    act()
    broker.dead = False
    clock()
    found = [(name, where) for name, where, _ in broker.queued if not is_fan_out(name)]
    assert found == [], "what has just been done is still on its way"
    broker.run()

    later()
    clock()
    fanned_out = [entry for entry in broker.queued if is_fan_out(entry[0])]
    broker.queued = [entry for entry in broker.queued if entry not in fanned_out]
    for name, where, args in fanned_out:
        current_app.tasks[name].apply(args=args, headers={SCHEMA_HEADER: where}, throw=True)
    assert [(name, where) for name, where, _ in broker.queued] == [(job.name, place)]

    again = list(broker.queued)
    mail.outbox.clear()
    broker.run()
    broker.queued = again  # the broker delivers twice, as it may
    broker.run()
    clock()
    broker.run()
    assert len(mail.outbox) == 1


def test_row_older_than_the_column_is_not_mailed_again(broker: Broker) -> None:
    """Check that a row inserted by old code, without the new column, counts as mailed."""
    from django.db import connection  # noqa: PLC0415 - for this one statement

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO merchants_signup (id, email, first_name, last_name, password, language,"
            " asked_at) VALUES (gen_random_uuid(), 'a@b.example', 'A', 'B', '', 'fr', now())"
        )
    assert Signup.objects.get().mailed_at is not None


def test_a_mail_that_its_worker_did_not_live_to_record_is_sent_once_more(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up_as_a_merchant()
    signup = Signup.objects.get()
    sent: list[str] = []

    def killed(row: Signup) -> None:
        sent.append(row.email)
        raise SystemExit

    monkeypatch.setattr("saas.kernel.pending_mail.cache.forget", lambda _: None)
    with pytest.raises(SystemExit):
        pending_mail.send_once(Signup.objects.all(), signup.pk, killed)
    pending_mail.send_once(Signup.objects.all(), signup.pk, lambda row: sent.append(row.email))
    assert len(sent) == 1, "its claim holds for some minutes"

    monkeypatch.setattr("saas.kernel.pending_mail.cache.claimed", lambda *_, **__: True)
    pending_mail.send_once(Signup.objects.all(), signup.pk, lambda row: sent.append(row.email))
    pending_mail.send_once(Signup.objects.all(), signup.pk, lambda row: sent.append(row.email))
    assert len(sent) == 2


def test_lapsed_link_is_not_mailed(broker: Broker, later: Callable[[], None]) -> None:
    ask_for_a_link_in_a_space()
    ask_to_join()
    with schema.inside("north"):
        Pass.objects.update(expires_at=timezone.now())
        JoinRequest.objects.update(confirmed_at=timezone.now())
    broker.dead = False
    later()
    with schema.inside("north"):
        members_clock.requeue_mails.run()
    assert broker.queued == []
