"""Reports that reach Sentry, read from a transport that stays in this process."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
import requests
import sentry_sdk
from celery import shared_task
from celery.beat import ScheduleEntry, Scheduler
from celery.schedules import crontab
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from saas import schedule, sentry
from saas.accounts.models import User
from saas.celery import app
from saas.kernel.tasks import REQUEST_HEADER, SCHEMA_HEADER, TenantTask
from saas.kernel.web import outgoing

DSN = "https://key@sentry.example/1"
SECRET = "Zk3s0mEvErYl0ngT0kEnThatNobodyMaySee"
PERSON = "nadia@north.example"
events: list[dict[str, Any]] = []
envelopes: list[Envelope] = []


class LocalTransport(Transport):
    """A transport that stores events instead of sending them."""

    def capture_envelope(self, envelope: Envelope) -> None:
        envelopes.append(envelope)
        event = envelope.get_event()
        if event is not None:
            events.append(dict(event))


@login_not_required
def fail(request: HttpRequest, token: str) -> HttpResponse:
    raise ValueError(
        f"no room for {PERSON} at /find/?email={PERSON}"
        f"\nDETAIL:  Failing row contains (1, {SECRET})."
    )


@login_not_required
def fine(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(str(User.objects.filter(email=PERSON).count()))


urlpatterns = [path("fail/<str:token>/", fail), path("fine/<str:token>/", fine)]


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
    """Return an event without its source lines, which contain this test's person."""
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


def sent(kind: str) -> list[dict[str, Any]]:
    """Return the items of a kind that would have been sent: transactions, check-ins."""
    return [
        dict(item.payload.json)
        for envelope in envelopes
        for item in envelope.items
        if item.type == kind and isinstance(item.payload.json, dict)
    ]


@pytest.fixture
def traced() -> Iterator[None]:
    """Report every trace to a list for the time of a test."""
    envelopes.clear()
    sentry.begin(
        DSN,
        release="1.2.3",
        process="web",
        environment="test",
        traces=1.0,
        unmonitored=("often",),
        transport=LocalTransport,
    )
    yield
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


class Receiver(BaseHTTPRequestHandler):
    """A third party's server, which stores the headers that it receives."""

    seen: ClassVar[list[set[str]]] = []

    def do_POST(self) -> None:
        """Keep the headers."""
        self.seen.append({name.lower() for name in self.headers})
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    """The address of a server of others."""
    Receiver.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_outgoing_call_carries_no_header_of_a_trace(traced: None, receiver: str) -> None:
    with sentry_sdk.start_transaction(name="job", op="queue.task"):
        outgoing.post(f"http://{receiver}/", b"{}", headers={}, local=[receiver])
        requests.post(f"http://{receiver}/", timeout=5)
    assert len(Receiver.seen) == 2
    for headers in Receiver.seen:
        assert not {name for name in headers if "sentry" in name or name == "baggage"}


def test_trace_keeps_times_and_no_words(traced: None, as_a_server: WSGIHandler) -> None:
    browser = RequestFactory(
        headers={"host": f"north.{settings.BASE_HOST}", "cookie": f"__Host-session={SECRET}"}
    )
    response = browser.get(f"/fine/{SECRET}/", {"email": PERSON})
    with override_settings(ROOT_URLCONF="tests.saas.test_sentry"):
        as_a_server(response.environ, lambda *_: bytes).close()
    [trace] = sent("transaction")
    assert trace["transaction"] == "/fine/{token}/"
    texts = [span.get("description", "") for span in trace["spans"]]
    assert "SELECT accounts_user" in texts
    everything = json.dumps(trace, default=str)
    for private in (SECRET, PERSON, "email=", "WHERE", "127.0.0.1"):
        assert private not in everything


def test_address_of_no_route_is_not_reported(traced: None, as_a_server: WSGIHandler) -> None:
    request = RequestFactory(headers={"host": f"north.{settings.BASE_HOST}"}).get(f"/x/{PERSON}/")
    with override_settings(ROOT_URLCONF="tests.saas.test_sentry"):
        as_a_server(request.environ, lambda *_: bytes).close()
    assert all(PERSON not in json.dumps(one, default=str) for one in sent("transaction"))


@pytest.mark.parametrize("path", ["/health/ready", "/metrics", "/static/main.css"])
def test_probes_are_not_traced(path: str) -> None:
    sample = vars(sentry)["_sampler"](0.5)
    assert sample({"wsgi_environ": {"PATH_INFO": path}}) == 0
    assert sample({"wsgi_environ": {"PATH_INFO": "/classifieds/"}, "parent_sampled": True}) == 0.5


def test_nightly_job_of_the_clock_checks_in(traced: None) -> None:
    scheduler = Scheduler(app, lazy=True)
    for name in ("books", "often"):
        entry = ScheduleEntry(
            name=name, task="no.such.task", schedule=crontab(hour=5, minute=0), app=app
        )
        with suppress(Exception):  # the broker's, or the task's; it was due all the same
            scheduler.apply_entry(entry)
    [check_in] = sent("check_in")
    assert (check_in["monitor_slug"], check_in["status"]) == ("books", "in_progress")
    assert check_in["monitor_config"]["schedule"] == {"type": "crontab", "value": "0 5 * * *"}
    assert (check_in["release"], check_in["environment"]) == ("1.2.3", "test")


def test_all_nightly_jobs_and_the_clock_are_monitored() -> None:
    left_out = set(schedule.often())
    names = set(schedule.entries()) - left_out
    assert "watch" in names
    assert {"books", "reconciliation", "shares"} - left_out == {"books", "reconciliation"}


def test_dead_database_is_reported_a_few_times(reported: list[dict[str, Any]]) -> None:
    for _ in range(50):
        sentry_sdk.capture_exception(OperationalError("the server closed the connection"))
    assert len(reported) == sentry.MOST_ALIKE
    sentry_sdk.capture_exception(ValueError("another error"))
    assert len(reported) == sentry.MOST_ALIKE + 1


def test_events_that_were_left_out_are_counted_in_the_next_minute() -> None:
    limit = sentry.EventLimit(alike=2, every=3)
    allowed = [limit.allows("a", now=0) for _ in range(5)]
    assert (allowed, limit.allows("b", now=1), limit.allows("c", now=2)) == (
        [True, True, False, False, False],
        True,
        False,
    )
    assert limit.allows("a", now=61)
    assert (limit.left_out("a"), limit.left_out("a"), limit.left_out("c")) == (3, 0, 1)
