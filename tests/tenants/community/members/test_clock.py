import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from saas.accounts import clock as accounts_clock
from saas.accounts.models import Pass, User
from saas.kernel import schema
from tenants.community.members import clock
from tenants.spaces import fan_out
from tests.fixtures.people import make_user
from tests.saas.accounts.jobs import run_in

LONG_AGO = dt.timedelta(days=90)


def leave_lapsed_things(user: User) -> None:
    then = timezone.now() - LONG_AGO
    Session.objects.create(session_key="lapsed", session_data="", expire_date=then)
    Pass.objects.create(
        user=user, purpose="crossing", token_hash="lapsed", created_at=then, expires_at=then
    )


def test_each_space_is_asked_to_forget(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(fan_out, "send", lambda _task, space, **_wait: calls.append(space))

    run_in(schema.PUBLIC, clock.forget)

    assert set(calls) >= {"north", "south"}


def test_a_space_forgets_its_own_and_nothing_else(owner: User, stranger: User) -> None:
    leave_lapsed_things(owner)
    with schema.inside("south"):
        leave_lapsed_things(stranger)

    run_in("north", clock.forget_in_a_space)

    assert (Session.objects.count(), Pass.objects.count()) == (0, 0)
    with schema.inside("south"):
        assert (Session.objects.count(), Pass.objects.count()) == (1, 1)


def test_public_forgets_too(db: None) -> None:
    with schema.in_public():
        leave_lapsed_things(make_user("Paul"))

    run_in("north", accounts_clock.forget)

    with schema.in_public():
        assert (Session.objects.count(), Pass.objects.count()) == (0, 0)
