"""Health, robots, and the pages that say what went wrong."""

import json
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client, RequestFactory

from infra.local import testing
from saas.celery import app
from saas.kernel import observed, schema
from saas.kernel.observed import JsonFormatter
from saas.site import views
from tenants.spaces import hosts
from tenants.spaces.models import Tenant
from tests.fixtures.people import SpaceClient
from tests.tenants.spaces.wizard import words_of

type Browse = Callable[..., SpaceClient]
HOSTS = ["", "north", "ops"]


@pytest.mark.parametrize("space", HOSTS)
def test_a_process_says_that_it_lives_on_each_host(browse: Browse, space: str) -> None:
    assert browse(None, space=space).get("/health/live").json() == {"status": "ok"}


@pytest.mark.parametrize("space", HOSTS)
def test_what_a_request_needs_is_there_on_each_host(browse: Browse, space: str) -> None:
    response = browse(None, space=space).get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "release": settings.RELEASE,
        "database": "ok",
        "valkey": "ok",
        "broker": "ok",
    }


def test_spaces_that_are_not_sealed_make_the_house_degraded(
    browse: Browse, own_database: None
) -> None:
    admin = urlsplit(testing.described()["admin"])._replace(path=f"/{testing.database()}")
    with psycopg.connect(admin.geturl()) as superuser:
        superuser.execute(
            "GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC"
        )
    response = browse(None, space="").get("/health/ready")
    assert response.status_code == 200
    assert response.json()["status"] == response.json()["database"] == "degraded"


def test_a_broker_that_is_gone_makes_it_unready(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = app.connection_for_write(url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "connection_for_write", lambda: gone)
    response = browse(None, space="").get("/health/ready")
    assert response.status_code == 503
    assert response.json()["broker"] == "down"


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


def asked_on(space: str) -> HttpRequest:
    request = RequestFactory().get("/")
    with schema.in_public():
        request.space = hosts.look_up(f"{space}.{hosts.base_name()}")  # type: ignore[attr-defined]
    return request


def test_a_failure_is_told_with_a_reference_and_without_the_database(db: None) -> None:
    request = asked_on("north")
    with observed.request("k7k7k7k7aaaa"):
        response = views.broken(request)
    assert response.status_code == 500
    assert "K7K7K7K7" in words_of(response)
    assert b"/theme." in response.content


def test_a_log_line_tells_its_cause_and_is_json(db: None) -> None:
    record = logging.LogRecord("saas", logging.INFO, "f.py", 1, "%s d’un coup", ("tout",), None)
    with observed.request("r1"), observed.job("j1", "r2"), schema.inside("north"):
        line = json.loads(JsonFormatter().format(record))
    assert line["message"] == "tout d’un coup"
    assert (line["request"], line["job"], line["schema"]) == ("r2", "j1", "north")
    assert set(line) == {"at", "level", "logger", "message", "request", "job", "schema"}
