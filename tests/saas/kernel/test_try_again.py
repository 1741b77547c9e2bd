"""Temporary failures get a page with that advice, wherever they were detected."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.web.sessions import SessionStore
from tenants.spaces import hosts
from tenants.spaces.database import pools
from tests.fixtures.patience import PATIENCE
from tests.fixtures.people import SpaceClient, make_user
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.wizard import words_of

PREFERENCES = {"language": "en", "theme": "dark"}


@pytest.fixture
def nadia(own_database: None) -> User:
    """Return a member of the north with a committed row, so that another session can lock it."""
    with schema.inside("north"):
        return make_user("Nadia")


@pytest.fixture
def browser(nadia: User) -> SpaceClient:
    """Nadia's browser; a fault is answered, as on a real server, and not raised in the test."""
    client = SpaceClient(f"north.{settings.BASE_HOST}", raise_request_exception=False)
    with schema.inside("north"):
        client.force_login(nadia)
    return client


@contextmanager
def impatient() -> Iterator[None]:
    """Wait for a lock or a statement no longer than a moment, as the web process does."""
    name = connection.settings_dict["NAME"]
    with connecting.admin() as admin:
        for limit in ("lock_timeout", "statement_timeout"):
            admin.execute(f"ALTER DATABASE {name} SET {limit} = 200")
        connection.close()
        yield
        admin.execute(f"ALTER DATABASE {name} RESET ALL")
    connection.close()


def test_a_lock_that_is_not_had_in_time_loses_nothing_that_was_typed(browser: SpaceClient) -> None:
    with impatient(), connecting.admin() as other, other.transaction():
        other.execute("SELECT 1 FROM north.accounts_user FOR UPDATE")
        busy = browser.post("/preferences/", PREFERENCES)
    assert busy.status_code == 503
    assert busy["Retry-After"] == "5"
    assert "Nous n’avons pas pu répondre à temps" in words_of(busy)
    assert "ce que vous avez saisi" in words_of(busy)
    assert browser.post("/preferences/", PREFERENCES).status_code == 303
    with schema.inside("north"):
        assert User.objects.get().language == "en"


def test_session_not_saved_in_time_says_so_and_is_no_bad_request(browser: SpaceClient) -> None:
    with impatient(), connecting.admin() as other, other.transaction():
        other.execute("LOCK TABLE north.django_session IN SHARE MODE")
        busy = browser.post("/gatherings/calendar/")
    assert busy.status_code == 503
    assert "ce que vous avez saisi" in words_of(busy)


def test_session_that_ended_meanwhile_is_answered_in_words(
    browser: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(_self: SessionStore) -> None:
        raise UpdateError

    monkeypatch.setattr(SessionStore, "save", save)
    answer = browser.post("/gatherings/calendar/")
    assert answer.status_code == 400
    assert "votre session a pris fin" in words_of(answer)


def test_a_page_that_takes_too_long_may_be_asked_for_again(browser: SpaceClient) -> None:
    with impatient(), connecting.admin() as other, other.transaction():
        other.execute("LOCK TABLE north.classifieds_classified")
        busy = browser.get("/classifieds/?q=v%C3%A9lo")
        answer = browser.get("/api/v1/classifieds/")
    assert busy.status_code == answer.status_code == 503
    assert 'href="/classifieds/?q=v%C3%A9lo"' in busy.text
    assert answer["Retry-After"] == "5"
    sentence = "Nous n’avons pas pu répondre à temps. Réessayez dans un instant."
    assert answer.json()["detail"] == sentence


def test_page_says_so_when_none_is_free(
    browser: SpaceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    options: Any = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(options, "pool", {"min_size": 1, "max_size": 1, "timeout": 0.3})
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    hosts.forget()
    pool = pools.of(connection, None)
    assert pool is not None
    pool.open()
    taken = pool.getconn(timeout=PATIENCE)
    busy = browser.get("/me/")
    pool.putconn(taken)
    pool.timeout = PATIENCE
    assert busy.status_code == 503
    assert "Réessayer" in words_of(busy)
    assert browser.get("/me/").status_code == 200
    connection.close()
    pools.close("default")
