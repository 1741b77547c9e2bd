"""Host headers of all kinds: ours are answered, others get a page of their own and no data."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.spaces import hosts
from tenants.spaces.models import Domain, Tenant
from tests.fixtures.people import SpaceClient
from tests.tenants.spaces.wizard import words_of

BASE = settings.BASE_HOST.partition(":")[0]
NORTH = f"north.{BASE}"


def ask(host: str, path: str = "/signin/", **extra: Any) -> Any:
    return Client(headers={"host": host}).get(path, **extra)


@pytest.mark.parametrize(
    "host",
    [NORTH, NORTH.upper(), f"{NORTH}.", f"{NORTH}:8000", f"{NORTH}.:8000", f"North.{BASE}:1"],
)
def test_a_space_answers_however_its_host_is_written(db: None, host: str) -> None:
    response = ask(host)
    assert response.status_code == 200
    assert "Espace north" in words_of(response)


@pytest.mark.parametrize(
    "host",
    [
        *("", " ", "-", "..", "%00", "<script>", "::1", "[::1]", "[::1]:8000", "[2001:db8::1]"),
        *(f".{NORTH}", f"..{BASE}", f"north..{BASE}", f"{NORTH}..", f" {NORTH}", f"{NORTH} "),
        *(f"{NORTH}/", f"{NORTH}/../south", f"evil@{NORTH}", f"{NORTH}@evil.example"),
        *(f"{NORTH}\0", f"{NORTH}\n", f"{NORTH}\r\nX-Bad: 1", f"{NORTH},south.{BASE}"),
        *(f"{NORTH}:", f"{NORTH}:abc", f"{NORTH}:999999", f"{NORTH}:80:80"),
        *("x" * 10_240, f"{'a.' * 200}{BASE}", f"{'a' * 64}.{BASE}"),
        *(f"n\u00f6rth.{BASE}", f"n\u043erth.{BASE}"),
    ],
)
def test_bad_host_is_refused_without_a_statement(db: None, host: str) -> None:
    with CaptureQueriesContext(connections["default"]) as statements:
        response = ask(host)
    assert response.status_code == 400
    assert not statements.captured_queries
    text = words_of(response)
    assert "Aucun espace à cette adresse" in text
    assert "Espace north" not in text
    assert len(response.content) < 8_000
    assert "<script>" not in text


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8000", "10.0.0.1", "192.0.2.7", "2130706433", "localdomain", "com"],
)
def test_an_address_or_a_bare_word_is_nobodys_and_costs_no_statement(db: None, host: str) -> None:
    with CaptureQueriesContext(connections["default"]) as statements:
        response = ask(host)
    assert response.status_code == 404
    assert not statements.captured_queries


@pytest.mark.parametrize(
    "host",
    [
        *(f"nowhere.{BASE}", f"www.{BASE}", f"a.north.{BASE}", f"_troovon.north.{BASE}"),
        *("evil.example", f"north.{BASE}.evil.example", f"evil{BASE}.example"),
        *(f"xn--nrth-5qa.{BASE}", f"{'a' * 63}.{BASE}"),
    ],
)
def test_a_name_that_is_nobodys_costs_one_statement_and_then_none(db: None, host: str) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connections["default"]) as statements:
            response = ask(host)
        assert response.status_code == 404
        assert "Aucun espace à cette adresse" in words_of(response)
        counts.append(len(statements.captured_queries))
    assert counts == [1, 0]


@pytest.mark.parametrize("path", ["/", "/admin/space/", "/start/", "/health/other", "/api/v1/"])
def test_nothing_of_ours_is_reached_on_a_host_that_is_not(db: None, path: str) -> None:
    client = Client(headers={"host": "evil.example"})
    for method in ("get", "post", "put", "delete", "options", "head"):
        response = getattr(client, method)(path)
        assert response.status_code == 404, method
        assert not {"Set-Cookie", "Location"} & set(response.headers)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000", "10.0.0.7", "[::1]:8000", "?"])
def test_probes_get_an_answer_on_any_host(db: None, host: str) -> None:
    for path in ("/health/live", "/health/ready"):
        response = ask(host, path=path)
        assert response.status_code == 200
        assert response.json()["status"] in {"ok", "degraded"}
    assert ask(host, path=f"/health/tls?domain={BASE}").status_code == 200
    assert ask(host, path="/health/tls?domain=evil.example").status_code == 404


def test_the_page_of_an_unknown_host_is_as_guarded_as_others(db: None) -> None:
    headers = ask("evil.example").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_forwarded_host_is_not_believed_and_none_at_all_is_refused(db: None) -> None:
    forwarded = {"x-forwarded-host": f"south.{BASE}", "forwarded": f"host=south.{BASE}"}
    response = Client(headers={"host": NORTH, **forwarded}).get("/signin/")
    assert "Espace north" in words_of(response)
    assert ask("evil.example", headers={"x-forwarded-host": NORTH}).status_code == 404
    assert Client(SERVER_NAME=NORTH).get("/signin/").status_code == 400


def test_an_unknown_host_is_not_led_on_to_https(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    for path in ("/", "/static/troovon.css"):
        response = Client(headers={"host": "evil.example"}).get(path)
        assert response.status_code == 404
    assert Client(headers={"host": NORTH}).get("/")["Location"] == f"https://{NORTH}/"


def test_host_check_stands_before_all_middleware_that_believes_a_host() -> None:
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    assert order[:2] == ["RequestIdMiddleware", "HostMiddleware"]


def test_a_deleted_space_is_nobodys_host_and_its_former_ones_lead_nowhere(db: None) -> None:
    north = Tenant.objects.get(slug="north")
    Domain.objects.create(domain=f"helvane.{BASE}", tenant=north, kind=Domain.Kind.FORMER)
    Tenant.objects.filter(pk=north.pk).update(state=Tenant.State.DELETED)
    hosts.forget()
    for host in (NORTH, f"helvane.{BASE}"):
        response = SpaceClient(host).get("/")
        assert response.status_code == 404
        assert "Espace north" not in words_of(response)


def test_links_in_mails_name_our_host_whatever_port_was_asked(db: None) -> None:
    page = Client(headers={"host": f"{NORTH}:1"}).get("/join/", secure=True)
    assert b":1/" not in page.content
