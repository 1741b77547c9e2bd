"""Files, sessions, keys, limits and signed values are worth something in their own space only."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import login
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.storage import default_storage as messages_of
from django.core.cache import cache as store
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.test import RequestFactory

from saas.accounts.models import Session, User
from saas.kernel import cache, schema
from saas.kernel.errors import WrongSpaceError
from saas.kernel.uploads import files
from saas.kernel.web.sessions import SessionStore

USES_OF_A_NAME: dict[str, Callable[[str], object]] = {
    "open": default_storage.open,
    "save": lambda name: default_storage.save(name, ContentFile(b"x")),
    "delete": default_storage.delete,
    "exists": default_storage.exists,
    "list": default_storage.listdir,
    "measure": default_storage.size,
    "find": default_storage.path,
    "date": default_storage.get_modified_time,
}


@pytest.mark.parametrize("use", USES_OF_A_NAME)
@pytest.mark.parametrize(
    "name", ["{}", "south/../{}", "public/../{}", "/{}", "", "../{}", "southern/{}"]
)
def test_a_file_of_one_space_is_refused_in_another(in_north: None, use: str, name: str) -> None:
    stored = default_storage.save(files.private_name("classifieds", "webp"), ContentFile(b"ours"))
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        USES_OF_A_NAME[use](name.format(stored))
    with default_storage.open(stored) as content:
        assert content.read() == b"ours"


def test_a_space_opens_its_own_files_and_those_of_all_and_public_opens_them(in_north: None) -> None:
    for name in (files.private_name("a", "webp"), files.public_name("b", "webp")):
        stored = default_storage.save(name, ContentFile(b"x"))
        assert stored == name
        assert default_storage.size(name) == 1
        with schema.in_public():
            assert default_storage.exists(name)
        default_storage.delete(name)
        assert not default_storage.exists(name)


USES_OF_A_SESSION: dict[str, Callable[[SessionStore], object]] = {
    "read": lambda session: session.get("who"),
    "save": lambda session: session.save(),
    "end": lambda session: session.delete(),
    "flush": lambda session: session.flush(),
    "new key": lambda session: session.cycle_key(),
    "is it known": lambda session: session.exists("x" * 32),
}


@pytest.mark.parametrize("use", USES_OF_A_SESSION)
def test_a_session_of_one_space_is_refused_in_another(in_north: None, use: str) -> None:
    session = SessionStore()
    session["who"] = "Nadia"
    session.create()
    again = SessionStore(session.session_key)
    with schema.inside("south"):
        with pytest.raises(WrongSpaceError, match="a session of north was used in south"):
            USES_OF_A_SESSION[use](again)
        assert not Session.objects.exists()
    assert SessionStore(session.session_key)["who"] == "Nadia"


def test_a_row_of_a_session_that_is_carried_into_another_space_says_nothing(in_north: None) -> None:
    session = SessionStore()
    session["who"] = "Nadia"
    session.create()
    row = Session.objects.get()
    with schema.inside("south"):
        Session(row.session_key, row.session_data, row.expire_date).save(force_insert=True)
        assert SessionStore(session.session_key).get("who") is None


def test_signed_in_person_is_read_in_the_space_of_the_request_only(owner: User) -> None:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    login(request, owner, backend="saas.accounts.backends.ActivePersonBackend")
    again = RequestFactory().get("/")
    again.session = SessionStore(request.session.session_key)
    AuthenticationMiddleware(lambda _: None)(again)  # type: ignore[arg-type]
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        assert again.user.is_authenticated


def test_a_message_is_kept_in_the_session_of_its_space(in_north: None) -> None:
    request: Any = RequestFactory().get("/")
    request.session = SessionStore()
    stored = messages_of(request)
    stored.add(20, "C’est fait.")
    stored.update(HttpResponse())
    with schema.inside("south"), pytest.raises(WrongSpaceError):
        request.session.save()


def test_cached_value_belongs_to_its_space(in_north: None) -> None:
    cache.store_value("name", "north", seconds=60)
    assert cache.claimed("thing", seconds=60)
    with schema.inside("south"):
        assert cache.stored_value("name", None) is None
        assert cache.claimed("thing", seconds=60)
        cache.forget("name")
    assert cache.stored_value("name", None) == "north"
    assert not cache.claimed("thing", seconds=60)
    assert store.make_key("name").startswith("north:")


def test_a_claim_whose_answer_was_lost_is_ours_and_nobody_else_s(
    in_north: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = store.add

    def add_at_second_try(*args: Any, **named: Any) -> bool:
        add(*args, **named)
        return add(*args, **named)

    monkeypatch.setattr(store, "add", add_at_second_try)
    assert cache.claimed("thing", seconds=60)
    assert not cache.claimed("thing", seconds=60)
