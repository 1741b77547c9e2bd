"""The services requested by tests have the documented properties."""

import http.client
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from playwright.sync_api import Browser

from infra.local import testing
from saas.accounts.models import User
from tests.fixtures import services
from tests.fixtures.patience import PATIENCE


@pytest.mark.django_db
def test_a_test_is_the_products_own_login_in_its_own_database() -> None:
    assert settings.DATABASES["default"]["USER"] == "troovon_app"
    assert settings.DATABASES["default"]["NAME"] == testing.database()
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_database()")
        assert cursor.fetchone() == ("troovon_app", testing.database())


def test_a_test_has_a_broker_of_its_own() -> None:
    cache.set("who", testing.worker())
    assert cache.get("who") == testing.worker()
    assert os.environ["VALKEY_URL"] == settings.CELERY_BROKER_URL


def test_each_test_finds_the_simulator_as_new(stripe_simulator: services.Simulator) -> None:
    assert stripe_simulator.api_base == settings.STRIPE_API_BASE
    later = stripe_simulator.pull("clock/advance", seconds="3600")["now"]
    assert stripe_simulator.pull("reset") == {"reset": True}
    assert stripe_simulator.pull("clock/advance", seconds="60")["now"] < later


def test_the_site_answers_where_the_settings_say(live_site: str, own_database: None) -> None:
    assert live_site == f"http://{settings.BASE_HOST}"
    line = http.client.HTTPConnection(
        "127.0.0.1", int(live_site.rpartition(":")[2]), timeout=PATIENCE
    )
    line.request("GET", "/static/icons.svg", headers={"Host": settings.BASE_HOST})
    assert line.getresponse().status == http.HTTPStatus.OK
    line.close()


def test_the_browser_keeps_the_cookies_of_two_spaces_apart(
    browser: Browser, live_site: str, own_database: None
) -> None:
    port = live_site.rpartition(":")[2]
    with browser.new_context() as context:
        url = f"https://north.localhost:{port}"
        context.add_cookies(
            [{"name": "__Host-session", "value": "north's", "url": url, "secure": True}]
        )
        assert context.cookies(f"http://north.localhost:{port}")
        assert not context.cookies(f"http://south.localhost:{port}")


def test_a_missing_browser_skips_or_fails_as_asked(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    starting = services.browser.__wrapped__  # type: ignore[attr-defined]
    monkeypatch.delenv("TROOVON_REQUIRE_BROWSER", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        next(starting())
    monkeypatch.setenv("TROOVON_REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        next(starting())


def test_database_log_holds_nothing_that_people_wrote(owner: User) -> None:
    with pytest.raises(IntegrityError, match="quelques mots"), transaction.atomic():
        User.objects.filter(pk=owner.pk).update(email="NADIA@x.example", first_name="quelques mots")
    log = (Path(testing.described()["folder"]) / "postgresql.log").read_text()
    assert "an_email_address_is_kept_in_lower_case" in log
    assert "quelques mots" not in log
