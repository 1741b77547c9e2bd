"""Carriers between spaces of a request: a cookie, a session, a thread's memory."""

from django.conf import settings
from django.core.cache import cache
from django.test import Client

from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.web.sessions import SessionStore
from tenants.spaces.models import Tenant
from tests.fixtures.people import Browse, SpaceClient, make_user


def test_a_session_of_one_space_opens_nothing_in_another(browse: Browse, owner: User) -> None:
    """Check that the session's own space decides, though a stranger has the same primary key."""
    with schema.inside("south"):
        make_user("Solene", id=owner.pk)
    client = browse(owner)
    assert "Nadia" in client.get("/me/").content.decode()
    elsewhere = SpaceClient(f"south.{settings.BASE_HOST}")
    elsewhere.cookies = client.cookies
    answer = elsewhere.get("/me/")
    assert answer.status_code in {302, 303}
    assert "Solene" not in answer.content.decode()


def test_cookies_stay_on_their_host(browse: Browse, owner: User) -> None:
    client = browse(owner)
    client.get("/signin/")
    for name, cookie in client.cookies.items():
        assert name.startswith("__Host-"), name
        assert not cookie["domain"], name
    assert settings.SESSION_COOKIE_NAME.startswith("__Host-")
    assert settings.SESSION_COOKIE_DOMAIN is None
    assert settings.SESSION_COOKIE_SECURE
    assert settings.CSRF_COOKIE_NAME.startswith("__Host-")
    assert settings.CSRF_COOKIE_DOMAIN is None
    assert settings.CSRF_COOKIE_SECURE


def test_sessions_files_and_keys_are_the_guarded_ones(db: None) -> None:
    assert isinstance(Client().session, SessionStore)
    assert settings.STORAGES["default"]["BACKEND"] == "saas.kernel.uploads.storage.PlacedStorage"
    assert cache.make_key("name").startswith("public:")


def test_suspended_space_is_shut_and_says_that_nothing_is_lost(browse: Browse, owner: User) -> None:
    client = browse(owner)
    with schema.in_public():
        Tenant.objects.filter(schema_name="north").update(state=Tenant.State.SUSPENDED)
    answer = client.get("/me/")
    assert answer.status_code == 503
    assert "Rien n’est perdu" in answer.content.decode()
    assert "Nadia" not in answer.content.decode()
