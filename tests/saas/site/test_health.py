"""Health, robots, and the error pages."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from billing.stripe import halts
from saas.celery import app
from saas.kernel import schema
from saas.kernel.watching import log_context
from saas.monitoring import actions as monitoring
from saas.site import views
from tenants.spaces import hosts
from tests.fixtures.broker import empty_broker
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.spaces.database import connecting
from tests.tenants.spaces.wizard import words_of

__all__ = ["empty_broker"]
HOSTS = ["", "north", "ops"]


TOKEN = "a-probe-s-own-token"
PROBE = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _quiet_broker(empty_broker: None) -> None:
    """No job waits and no process is expected."""


@pytest.fixture
def probe(settings: Any) -> dict[str, str]:
    """Return the header that identifies the installation's probe."""
    settings.HEALTH_TOKEN = TOKEN
    return PROBE


@pytest.mark.parametrize("space", HOSTS)
def test_strangers_learn_of_life_and_readiness_one_word(browse: Browse, space: str) -> None:
    for path in ("/health/live", "/health/ready"):
        response = browse(None, space=space).get(path)
        assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("space", HOSTS)
def test_probe_with_token_sees_each_part(browse: Browse, probe: dict[str, str], space: str) -> None:
    response = browse(None, space=space).get("/health/ready", headers=probe)
    assert response.json() == {
        "status": "ok",
        "release": settings.RELEASE,
        "database": "ok",
        "valkey": "ok",
        "broker": "ok",
        "clock": "ok",
        "disk": "ok",
        "processes": "ok",
        "queues": "ok",
        "backups": "ok",
        "process_beat_at": {},
        "waiting_jobs": {
            queue: {"count": 0, "oldest_at": None}
            for queue in ("default", "calls", "fetches", "owner")
        },
        "open_locks": [],
        "clock_beat_at": None,
        "backup": None,
        "troubles": [],
    }


def test_wrong_token_makes_a_stranger_and_without_one_in_the_settings_so_does_each(
    browse: Browse, settings: Any
) -> None:
    client = browse(None, space="")
    for token, header in (
        *((TOKEN, header) for header in ("Bearer wrong", "Bearer ", "", TOKEN, "Bearer ü")),
        ("", "Bearer "),
    ):
        settings.HEALTH_TOKEN = token
        response = client.get("/health/ready", headers={"authorization": header})
        assert set(response.json()) == {"status"}, header


def test_spaces_that_are_not_sealed_make_the_house_degraded(
    browse: Browse, probe: dict[str, str], own_database: None
) -> None:
    with connecting.admin() as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION set_config TO PUBLIC")
    response = browse(None, space="").get("/health/ready", headers=probe)
    assert response.status_code == 200
    assert response.json()["status"] == response.json()["database"] == "degraded"
    assert "set_config" in response.json()["open_locks"][0]
    assert browse(None, space="").get("/health/ready").json() == {"status": "degraded"}


def test_readiness_stays_up_without_a_broker(
    browse: Browse, probe: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = app.connection_for_write(url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "connection_for_write", lambda: gone)
    response = browse(None, space="").get("/health/ready", headers=probe)
    assert response.status_code == 200
    assert response.json()["broker"] == "down"
    stranger = browse(None, space="").get("/health/ready")
    assert (stranger.status_code, stranger.json()) == (200, {"status": "degraded"})


def test_stopped_clock_or_a_full_disk_makes_the_house_degraded_and_pages_go_on(
    browse: Browse, probe: dict[str, str], settings: Any
) -> None:
    client, now = browse(None, space="north"), dt.datetime.now(dt.UTC)

    def check_degraded(part: str) -> None:
        response = client.get("/health/ready", headers=probe)
        assert response.status_code == 200
        assert (response.json()["status"], response.json()[part]) == ("degraded", "degraded")

    with schema.in_public():
        monitoring.record_beat(at=now - dt.timedelta(minutes=4))
    check_degraded("clock")
    with schema.in_public():
        monitoring.record_beat(at=now)
    assert client.get("/health/ready").json() == {"status": "ok"}
    settings.DISK_FREE_MB = 10**9
    check_degraded("disk")


def test_probe_learns_of_open_troubles(browse: Browse, probe: dict[str, str]) -> None:
    now = dt.datetime.now(dt.UTC)
    with schema.in_public():
        halts.halt("Invalid API Key", at=now)
        monitoring.update_troubles(at=now)
    client = browse(None, space="north")
    [trouble] = client.get("/health/ready", headers=probe).json()["troubles"]
    assert (trouble["kind"], trouble["subject"]) == ("stripe_halt", "")


def test_robots_read_the_public_site_only_and_guessed_icons_lead_to_rings(browse: Browse) -> None:
    sitemap = hosts.public_url("/sitemap.xml")
    public = [
        "Allow: /fr/",
        "Allow: /en/",
        "Allow: /sitemap.xml",
        "Disallow: /",
        f"Sitemap: {sitemap}",
    ]
    nothing = ["Disallow: /"]
    for space, lines in (("", public), ("north", nothing)):
        text = browse(None, space=space).get("/robots.txt").content.decode()
        assert text.split("\n") == ["User-agent: *", *lines, ""]
    assert browse(None, space="").get("/favicon.ico")["Location"].endswith("rings.svg")


def test_a_form_that_is_too_old_leads_back_to_its_page(browse: Browse) -> None:
    client = SpaceClient(settings.BASE_HOST, enforce_csrf_checks=True)
    here = f"https://{settings.BASE_HOST}"
    response = client.post(
        "/find/", {"email": "a@b.example"}, headers={"Referer": f"{here}/find/", "Origin": here}
    )
    assert response.status_code == 403
    assert b'href="/find/"' in response.content


def test_a_failure_is_shown_with_a_reference_and_without_the_database(db: None) -> None:
    request = RequestFactory().get("/")
    request.space = hosts.find_space(f"north.{hosts.base_name()}")  # type: ignore[attr-defined]
    with log_context.request("k7k7k7k7aaaa"):
        response = views.broken(request)
    assert response.status_code == 500
    assert "K7K7K7K7" in words_of(response)
    assert b"/theme." in response.content
