"""Reports that reach Sentry, read from a transport that stays in this process."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from celery import shared_task
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from saas import sentry
from saas.celery import app
from saas.kernel.tasks import REQUEST_HEADER, SCHEMA_HEADER, TenantTask

DSN = "https://key@sentry.example/1"
SECRET = "Zk3s0mEvErYl0ngT0kEnThatNobodyMaySee"
PERSON = "nadia@north.example"
events: list[dict[str, Any]] = []


class LocalTransport(Transport):
    """Keeps what would have been sent."""

    def capture_envelope(self, envelope: Envelope) -> None:
        event = envelope.get_event()
        if event is not None:
            events.append(dict(event))


@login_not_required
def fail(request: HttpRequest, token: str) -> HttpResponse:
    raise ValueError(
        f"no room for {PERSON} at /find/?email={PERSON}"
        f"\nDETAIL:  Failing row contains (1, {SECRET})."
    )


urlpatterns = [path("fail/<str:token>/", fail)]


@shared_task(base=TenantTask)
def fail_in_a_space(number: int) -> None:
    raise RuntimeError("the job failed")


@pytest.fixture
def reported() -> Iterator[list[dict[str, Any]]]:
    """Report to a list for the time of a test."""
    events.clear()
    sentry.begin(DSN, release="1.2.3", process="web", environment="test", transport=LocalTransport)
    yield events
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def as_a_server(db: None) -> Iterator[WSGIHandler]:
    """Answer as the web process does, and keep the test's connection open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def only(events: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(events) == 1, [event.get("exception") for event in events]
    return events[0]


def without_source(event: dict[str, Any]) -> str:
    """Everything that is told but the lines of code, which name the person of this test."""
    for error in event.get("exception", {}).get("values", []):
        for frame in error["stacktrace"]["frames"]:
            for lines in ("pre_context", "context_line", "post_context"):
                frame.pop(lines, None)
    return json.dumps(event, default=str)


def test_a_failed_page_reports_where_it_happened_and_nothing_of_the_person(
    reported: list[dict[str, Any]], as_a_server: WSGIHandler
) -> None:
    browser = RequestFactory(
        headers={"host": f"north.{settings.BASE_HOST}", "cookie": f"__Host-session={SECRET}"}
    )
    response = browser.get(f"/fail/{SECRET}/", {"email": PERSON}, REMOTE_ADDR="203.0.113.9")
    with override_settings(ROOT_URLCONF="tests.saas.test_sentry"):
        as_a_server(response.environ, lambda *_: bytes).close()
    event = only(reported)
    assert event["tags"] == {"process": "web", "schema": "north"}
    assert event["release"] == "1.2.3"
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert event["request"]["url"].endswith("/fail/…/")
    everything = without_source(event)
    for private in (SECRET, PERSON, "203.0.113.9", "email="):
        assert private not in everything


def test_a_failed_job_names_its_space(reported: list[dict[str, Any]], db: None) -> None:
    app.finalize()
    fail_in_a_space.apply(args=(7,), headers={SCHEMA_HEADER: "south", REQUEST_HEADER: ""})
    event = only(reported)
    assert event["tags"]["schema"] == "south"
    assert event["exception"]["values"][0]["value"] == "the job failed"
    assert "extra" not in event


def test_an_error_that_is_logged_keeps_no_address(reported: list[dict[str, Any]]) -> None:
    logging.getLogger("library").error("no mailbox for %s", PERSON)
    event = only(reported)
    assert event["logentry"] == {"message": "no mailbox for …"}
    assert PERSON not in without_source(event)


def test_without_a_dsn_nothing_is_reported() -> None:
    sentry.begin("", release="1.2.3", process="web", environment="test")
    assert not sentry_sdk.get_client().is_active()
