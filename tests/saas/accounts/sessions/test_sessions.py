import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from saas.accounts import tasks
from saas.accounts.models import Session, User
from saas.accounts.sessions import actions, proofs, queries, rules
from saas.kernel.web.sessions import SessionStore
from tests.fixtures.people import PASSWORD, Browse, SpaceClient
from tests.saas.accounts.jobs import run_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def sign_in(client: SpaceClient, person: User, agent: str = FIREFOX) -> None:
    answer = client.post(
        "/signin/", {"email": person.email, "password": PASSWORD}, headers={"user-agent": agent}
    )
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox, Windows"), (IPHONE, "Safari, iPhone"), ("curl/8", ""), ("", "")],
)
def test_device_is_named_by_browser_and_system(agent: str, name: str) -> None:
    assert rules.device_of(agent) == name


@pytest.mark.parametrize(
    ("network", "place"),
    [("203.0.113.7", "203.0.113.x"), ("2001:db8:12:3400::/56", "2001:db8:12:x"), ("unknown", "")],
)
def test_place_is_never_a_whole_address(network: str, place: str) -> None:
    assert rules.place_of(network) == place


def test_sessions_are_listed_with_device_and_place(browse: Browse, owner: User) -> None:
    client, phone = browse(), browse()
    sign_in(client, owner)
    sign_in(phone, owner, IPHONE)
    page = client.get("/sessions/").text
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert "127.0.0.x" in page
    assert "127.0.0.1" not in page
    for key in Session.objects.values_list("session_key", flat=True):
        assert key not in page


def test_session_of_a_colleague_is_neither_listed_nor_ended(
    browse: Browse, owner: User, teammate: User
) -> None:
    hers, his = browse(), browse()
    sign_in(hers, owner)
    sign_in(his, teammate, IPHONE)
    assert "iPhone" not in hers.get("/sessions/").text
    key = Session.objects.get(person_id=teammate.pk).session_key
    assert "déjà fermée" in hers.refused("/sessions/", {"name": queries.name_of(key)})
    assert his.get("/me/").status_code == 200


def test_a_session_ends_from_another_session(browse: Browse, owner: User) -> None:
    client, phone = browse(), browse()
    sign_in(client, owner)
    sign_in(phone, owner, IPHONE)
    found = queries.sessions_of(owner, current="", at=timezone.now())
    [name] = [one.name for one in found if "iPhone" in one.device]
    assert client.post("/sessions/", {"name": name}).status_code == 303
    assert phone.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_all_other_sessions_are_ended(browse: Browse, owner: User) -> None:
    client, phone = browse(), browse(owner)
    sign_in(client, owner)
    client.post("/sessions/end/")
    assert phone.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(("is_console", "limits"), [(False, rules.USUAL), (True, rules.CONSOLE)])
def test_session_ends_when_idle_and_in_any_case(
    in_north: None, monkeypatch: pytest.MonkeyPatch, *, is_console: bool, limits: rules.Limits
) -> None:
    began = timezone.now()
    clock = began
    monkeypatch.setattr(timezone, "now", lambda: clock)
    session: Any = SessionStore()
    proofs.begin(session, proofs.Way.PASSWORD, is_console=is_console, at=began)
    session.create()
    assert session.get_expiry_date() == began + limits.idle
    while clock < began + limits.absolute - limits.idle:
        clock += limits.idle * 0.9
        again: Any = SessionStore(session.session_key)
        assert proofs.WAY in again, clock - began
        proofs.renew(again, clock)
        again.save()
    ended = Session.objects.get(session_key=session.session_key).expire_date
    assert ended - began <= limits.absolute
    clock = ended
    assert proofs.WAY not in SessionStore(session.session_key)


def test_idle_session_leads_to_sign_in(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = browse(owner), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + rules.USUAL.idle + dt.timedelta(minutes=1))
    assert client.get("/me/").status_code == 302


def test_asking_again_by_itself_keeps_no_session_alive(
    browse: Browse, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, now = browse(owner), timezone.now()
    before = Session.objects.get().expire_date
    monkeypatch.setattr(timezone, "now", lambda: now + rules.USUAL.step * 2)
    client.get("/me/?seen=1")
    assert Session.objects.get().expire_date == before
    client.get("/me/")
    assert Session.objects.get().expire_date > before


def test_entry_from_unknown_browser_is_mailed(browse: Browse, owner: User) -> None:
    known = browse()
    sign_in(known, owner)
    assert User.objects.get(pk=owner.pk).notices is None
    known.post("/signout/")
    sign_in(known, owner)
    assert User.objects.get(pk=owner.pk).notices is None
    sign_in(browse(), owner, IPHONE)
    run_in("north", tasks.mail_notices_of_a_space, owner.pk)
    (message,) = mail.outbox
    text = str(message.body)
    assert "nouvel appareil" in str(message.subject)
    assert "Safari, iPhone" in text
    assert "127.0.0.x" in text
    assert f"{settings.BASE_SCHEME}://north.{settings.BASE_HOST}/sessions/" in text
    assert User.objects.get(pk=owner.pk).notices is None


def test_provider_proves_nothing_to_a_council(in_north: None) -> None:
    session: Any = SessionStore()
    now = timezone.now()
    for way, is_fresh in ((proofs.Way.PASSWORD, True), (proofs.Way.LINK, True)):
        proofs.begin(session, way, is_console=False, at=now)
        assert proofs.is_proven(session, proofs.Level.FRESH, now) is is_fresh
        assert not proofs.is_proven(session, proofs.Level.FRESH, now + rules.PROOF_LASTS)
    proofs.begin(session, proofs.Way.COMPANY, is_console=False, at=now)
    assert not proofs.is_proven(session, proofs.Level.FRESH, now)


def test_ended_ways_in_leave_only_a_password_of_the_mailbox(owner: User, teammate: User) -> None:
    now = timezone.now()
    User.objects.filter(pk=teammate.pk).update(password_by_link=True)
    for person in (owner, teammate):
        person.refresh_from_db()
        Session.objects.create(
            session_key=f"s{person.pk}", session_data="", expire_date=now, person_id=person.pk
        )
        actions.end_ways_in(person=person, by=None, at=now)
    assert not Session.objects.exists()
    assert not User.objects.get(pk=owner.pk).has_usable_password()
    assert User.objects.get(pk=teammate.pk).check_password(PASSWORD)
