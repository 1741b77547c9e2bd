"""Health, robots, and the pages that say what went wrong."""

import datetime as dt
import json
import logging
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory

from billing.stripe import halts
from infra.local import testing
from saas.celery import app
from saas.kernel import log_context, schema
from saas.kernel.log_context import JsonFormatter
from saas.monitoring import actions as monitoring
from saas.site import views
from tenants.spaces import hosts
from tenants.spaces.models import Tenant
from tests.fixtures.people import Browse, SpaceClient
from tests.tenants.spaces.wizard import words_of

HOSTS = ["", "north", "ops"]


@pytest.mark.parametrize("space", HOSTS)
def test_a_process_says_that_it_lives_on_each_host(browse: Browse, space: str) -> None:
    assert browse(None, space=space).get("/health/live").json() == {"status": "ok"}


TOKEN = "a-probe-s-own-token"
PROBE = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def probe(settings: Any) -> dict[str, str]:
    """The header by which the installation's probe is known."""
    settings.HEALTH_TOKEN = TOKEN
    return PROBE


@pytest.mark.parametrize("space", HOSTS)
def test_strangers_learn_of_readiness_one_word(browse: Browse, space: str) -> None:
    response = browse(None, space=space).get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.parametrize("space", HOSTS)
def test_probe_with_the_token_learns_how_each_part_is(
    browse: Browse, probe: dict[str, str], space: str
) -> None:
    response = browse(None, space=space).get("/health/ready", headers=probe)
    assert response.json() == {
        "status": "ok",
        "release": settings.RELEASE,
        "database": "ok",
        "valkey": "ok",
        "broker": "ok",
        "clock": "ok",
        "disk": "ok",
        "open_locks": [],
        "clock_beat_at": None,
        "troubles": [],
    }


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "", TOKEN, "Bearer ü"])
def test_wrong_token_makes_a_stranger(browse: Browse, probe: dict[str, str], header: str) -> None:
    response = browse(None, space="").get("/health/ready", headers={"authorization": header})
    assert set(response.json()) == {"status"}


def test_without_a_token_in_the_settings_nobody_is_a_probe(browse: Browse) -> None:
    response = browse(None, space="").get("/health/ready", headers={"authorization": "Bearer "})
    assert set(response.json()) == {"status"}


def test_spaces_that_are_not_sealed_make_the_house_degraded(
    browse: Browse, probe: dict[str, str], own_database: None
) -> None:
    admin = urlsplit(testing.described()["admin"])._replace(path=f"/{testing.database()}")
    with psycopg.connect(admin.geturl()) as superuser:
        superuser.execute(
            "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC"
        )
    response = browse(None, space="").get("/health/ready", headers=probe)
    assert response.status_code == 200
    assert response.json()["status"] == response.json()["database"] == "degraded"
    assert "set_config" in response.json()["open_locks"][0]
    assert browse(None, space="").get("/health/ready").json() == {"status": "degraded"}


def test_a_broker_that_is_gone_makes_it_unready(
    browse: Browse, probe: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = app.connection_for_write(url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "connection_for_write", lambda: gone)
    response = browse(None, space="").get("/health/ready", headers=probe)
    assert response.status_code == 503
    assert response.json()["broker"] == "down"
    stranger = browse(None, space="").get("/health/ready")
    assert (stranger.status_code, stranger.json()) == (503, {"status": "down"})


def test_stopped_clock_makes_the_house_degraded_and_pages_go_on(
    browse: Browse, probe: dict[str, str]
) -> None:
    now = dt.datetime.now(dt.UTC)
    with schema.in_public():
        monitoring.record_beat(at=now - dt.timedelta(minutes=4))
    client = browse(None, space="north")
    response = client.get("/health/ready", headers=probe)
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["clock"]) == ("degraded", "degraded")

    with schema.in_public():
        monitoring.record_beat(at=now)
    assert client.get("/health/ready").json() == {"status": "ok"}


def test_full_disk_makes_the_house_degraded(
    browse: Browse, probe: dict[str, str], settings: Any
) -> None:
    settings.DISK_FREE_MB = 10**9
    response = browse(None, space="").get("/health/ready", headers=probe)
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["disk"]) == ("degraded", "degraded")


def test_probe_learns_of_open_troubles(browse: Browse, probe: dict[str, str]) -> None:
    now = dt.datetime.now(dt.UTC)
    with schema.in_public():
        halts.halt("Invalid API Key", at=now)
        monitoring.update_troubles(at=now)
    client = browse(None, space="north")
    [trouble] = client.get("/health/ready", headers=probe).json()["troubles"]
    assert (trouble["kind"], trouble["subject"]) == ("stripe_halt", "")


@pytest.mark.parametrize(
    ("space", "lines"),
    [("", ["Allow: /fr/", "Allow: /en/", "Disallow: /"]), ("north", ["Disallow: /"])],
)
def test_robots_read_the_public_site_only(browse: Browse, space: str, lines: list[str]) -> None:
    text = browse(None, space=space).get("/robots.txt").content.decode()
    assert text.split("\n") == ["User-agent: *", *lines, ""]


def test_a_browser_that_guesses_the_icon_is_led_to_the_rings(browse: Browse) -> None:
    assert browse(None, space="").get("/favicon.ico")["Location"].endswith("rings.svg")


def test_an_unknown_host_gets_a_page_of_its_own(browse: Browse) -> None:
    response = browse(None, space="nowhere").get("/")
    assert response.status_code == 404
    assert "Aucun espace à cette adresse" in words_of(response)


@pytest.mark.parametrize(
    ("host", "status"),
    [("evil.example", 404), ("127.0.0.1:8000", 404), ("a b", 400), ("north.localhost@evil", 400)],
)
def test_a_host_that_is_none_of_ours_gets_the_same_page(db: None, host: str, status: int) -> None:
    response = Client(headers={"host": host}).get("/signin/")
    assert response.status_code == status
    assert "Aucun espace à cette adresse" in words_of(response)


def test_a_suspended_space_says_that_nothing_is_lost(browse: Browse) -> None:
    Tenant.objects.filter(slug="north").update(state=Tenant.State.SUSPENDED)
    hosts.forget()
    response = browse(None, space="north").get("/")
    assert response.status_code == 503
    assert "Rien n’est perdu" in words_of(response)
    hosts.forget()


def test_a_form_that_is_too_old_leads_back_to_its_page(browse: Browse) -> None:
    client = SpaceClient(settings.BASE_HOST, enforce_csrf_checks=True)
    here = f"https://{settings.BASE_HOST}"
    response = client.post(
        "/find/", {"email": "a@b.example"}, headers={"Referer": f"{here}/find/", "Origin": here}
    )
    assert response.status_code == 403
    assert b'href="/find/"' in response.content


def health_on(space: str) -> HttpRequest:
    request = RequestFactory().get("/")
    with schema.in_public():
        request.space = hosts.find_space(f"{space}.{hosts.base_name()}")  # type: ignore[attr-defined]
    return request


def test_a_failure_is_shown_with_a_reference_and_without_the_database(db: None) -> None:
    request = health_on("north")
    with log_context.request("k7k7k7k7aaaa"):
        response = views.broken(request)
    assert response.status_code == 500
    assert "K7K7K7K7" in words_of(response)
    assert b"/theme." in response.content


def test_a_log_line_names_its_cause_and_is_json(db: None) -> None:
    record = logging.LogRecord("saas", logging.INFO, "f.py", 1, "%s d’un coup", ("tout",), None)
    with log_context.request("r1"), log_context.job("j1", "r2"), schema.inside("north"):
        line = json.loads(JsonFormatter().format(record))
    assert line["message"] == "tout d’un coup"
    assert (line["request"], line["job"], line["schema"]) == ("r2", "j1", "north")
    assert set(line) == {"at", "level", "logger", "message", "request", "job", "schema"}
