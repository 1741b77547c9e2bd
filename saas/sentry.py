"""Reports to Sentry when something fails: the place and the release, never the person."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import sentry_sdk
from celery._state import get_current_task
from django.db import connections
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

_REPORTED = frozenset(
    {
        "contexts",
        "environment",
        "event_id",
        "exception",
        "fingerprint",
        "level",
        "logentry",
        "logger",
        "message",
        "platform",
        "release",
        "request",
        "sdk",
        "tags",
        "timestamp",
        "transaction",
    }
)
_TRACED = frozenset({"spans", "start_timestamp", "transaction_info", "type"})
_SPAN_PARTS = frozenset(
    {"op", "origin", "parent_span_id", "span_id", "start_timestamp", "status", "timestamp"}
    | {"trace_id"}
)
_REQUEST_FIELDS = ("method", "url")
_REQUEST_HEADERS = ("X-Request-Id", "Host")
_HIDDEN = "…"
_PUBLIC, _SCHEMA_HEADER = "public", "troovon_schema"
_ADDRESS = re.compile(r"[^\s@<>()=\"']+@[^\s@<>()\"']+")
_QUERY = re.compile(r"\?\S+")
_ROW = re.compile(r"(?:\n|\\n)DETAIL:.*", re.DOTALL)  # PostgreSQL adds the row that it refused
# Of a statement its verb and its table: parameters are left out already, words in it are not.
_STATEMENT = re.compile(
    r"\s*(SELECT\b.*?\bFROM|INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.DOTALL | re.IGNORECASE
)
# Requested all day by machines; no person waits for them.
_UNTRACED = ("/health/", "/metrics", "/static/")
# Servers that are away fail every page in the same way, each at another line.
_PASSING = ("psycopg", "django.db", "redis", "kombu")
MOST_ALIKE, MOST_A_MINUTE, _WINDOW_SECONDS = 5, 60, 60.0


def begin(
    dsn: str,
    *,
    release: str,
    process: str,
    environment: str,
    traces: float = 0,
    unmonitored: Sequence[str] = (),
    transport: type[Transport] | None = None,
) -> None:
    """Start reporting this process's failures, web or job; does nothing without a DSN.

    `traces` is the share of pages and jobs with traces; `unmonitored` are the entries of beat's
    schedule that Sentry does not expect at their hour.
    """
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        environment=environment,
        data_collection={
            "user_info": False,
            "cookies": {"mode": "off"},
            "http_bodies": [],
            "url_query_params": {"mode": "off"},
            "database_query_data": False,
            "queues": False,
            "stack_frame_variables": False,
        },
        max_breadcrumbs=0,
        before_send=_Reporter(),
        before_send_transaction=_trace_without_people,
        traces_sampler=_sampler(traces) if traces else None,
        # External servers get no trace header; `saas.serving` drops the trace headers of clients.
        trace_propagation_targets=[],
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False),
            CeleryIntegration(
                propagate_traces=False,
                monitor_beat_tasks=True,
                exclude_beat_tasks=list(unmonitored),
            ),
        ],
        transport=transport,
    )
    sentry_sdk.set_tag("process", process)


def report(message: str, *, fingerprint: list[str]) -> None:
    """Report an incident without an exception; Sentry groups events by fingerprint."""
    with sentry_sdk.new_scope() as scope:
        scope.fingerprint = fingerprint
        sentry_sdk.capture_message(message, level="error")


def _sampler(rate: float) -> Callable[[Mapping[str, Any]], float]:
    """Return the sampler of traces: it uses our rate only, whatever a client's header asks."""

    def sample(context: Mapping[str, Any]) -> float:
        path = (context.get("wsgi_environ") or {}).get("PATH_INFO", "")
        return 0 if path.startswith(_UNTRACED) else rate

    return sample


class EventLimit:
    """Limit of a process's events per minute: of a kind, and in total."""

    def __init__(self, *, alike: int = MOST_ALIKE, every: int = MOST_A_MINUTE) -> None:
        self._alike, self._every = alike, every
        self._lock = threading.Lock()
        self._began = float("-inf")
        self._seen: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def allows(self, kind: str, *, now: float) -> bool:
        """Count an event, and return True if it may be reported."""
        with self._lock:
            if now - self._began >= _WINDOW_SECONDS:
                self._began = now
                self._seen.clear()
            allowed = self._seen[kind] < self._alike and self._seen.total() < self._every
            if allowed:
                self._seen[kind] += 1
            else:
                self._left_out[kind] += 1
            return allowed

    def left_out(self, kind: str) -> int:
        """Return how many of a kind were left out since the last call."""
        with self._lock:
            return self._left_out.pop(kind, 0)


class _Reporter:
    """Filter of events: removes data about people, and limits the rate."""

    def __init__(self) -> None:
        self._limit = EventLimit()

    def __call__(self, event: Event, _hint: Hint) -> Event | None:
        if event.get("type") == "check_in":  # the name of a regular job, and how it ended
            return event
        kind = _kind_of(event)
        if kind and not self._limit.allows(kind, now=time.monotonic()):
            return None
        reported = _without_people(event)
        if kind and (count := self._limit.left_out(kind)):
            reported["tags"]["left_out"] = str(count)
        return cast("Event", reported)


def _kind_of(event: Any) -> str:
    """Return the key of similar events: the error, and its line if it is in our code.

    An incident is reported only once, and so has no key.
    """
    if event.get("fingerprint"):
        return ""
    errors = event.get("exception", {}).get("values", [])
    if not errors:
        return f"{event.get('logger', '')} {(event.get('logentry') or {}).get('message', '')}"
    error = errors[-1]
    name = f"{error.get('module') or ''}.{error.get('type')}"
    if name.startswith(_PASSING):
        return name
    frames = (error.get("stacktrace") or {}).get("frames") or [{}]
    return f"{name} {frames[-1].get('module')}:{frames[-1].get('lineno')}"


def _without_people(event: Any) -> dict[str, Any]:
    """Return the event with its schema, and without data that could be about a person."""
    reported: dict[str, Any] = {part: value for part, value in event.items() if part in _REPORTED}
    reported["tags"] = {**reported.get("tags", {}), "schema": _schema()}
    for error in reported.get("exception", {}).get("values", []):
        error["value"] = _without_private(error.get("value") or "")
    if "logentry" in reported:
        reported["logentry"] = {
            "message": _without_private(reported["logentry"].get("formatted") or "")
        }
    if "message" in reported:
        reported["message"] = _without_private(reported["message"] or "")
    if event.get("transaction_info", {}).get("source") == "url":  # a path, and of no route
        reported["transaction"] = _HIDDEN
    reported["request"] = _request_without_private(reported.get("request", {}))
    if event.get("type") == "transaction":  # its route is enough
        reported["request"].pop("url", None)
    reported["contexts"] = {
        name: _span_without_private(context) if name == "trace" else context
        for name, context in reported.get("contexts", {}).items()
        if name in {"runtime", "trace"}
    }
    return reported


def _trace_without_people(event: Event, _hint: Hint) -> Event:
    """Leave a trace its times: which statements and calls, without their words and addresses."""
    reported = _without_people(event)
    traced = {part: value for part, value in event.items() if part in _TRACED}
    traced["spans"] = [_span_without_private(span) for span in cast("Any", event).get("spans", [])]
    return cast("Event", {**reported, **traced})


def _span_without_private(span: Any) -> dict[str, Any]:
    times = {part: value for part, value in span.items() if part in _SPAN_PARTS}
    statement = _STATEMENT.match(str(span.get("description") or ""))
    if statement and str(span.get("op", "")).startswith("db"):
        times["description"] = f"{statement[1].split()[0].upper()} {statement[2]}"
    return times


def _request_without_private(request: dict[str, Any]) -> dict[str, Any]:
    """Return method and address of a request, without query, body or response."""
    request_parts = {key: request[key] for key in _REQUEST_FIELDS if key in request}
    if "url" in request_parts:
        parts = urlsplit(request_parts["url"])
        request_parts["url"] = (
            f"{parts.scheme}://{parts.netloc}{_without_private(_without_tokens(parts.path))}"
        )
    headers = request.get("headers", {})
    request_parts["headers"] = {name: headers[name] for name in _REQUEST_HEADERS if name in headers}
    return request_parts


def _without_private(text: str) -> str:
    """Take rows of tables, e-mail addresses and query strings out of a sentence."""
    return _QUERY.sub(f"?{_HIDDEN}", _ADDRESS.sub(_HIDDEN, _ROW.sub("", text)))


def _without_tokens(path: str) -> str:
    """Hide the parts of a path that are long enough to be a secret."""
    longest_word = 24
    parts = path.split("/")
    return "/".join(part if len(part) <= longest_word else _HIDDEN for part in parts)


def _schema() -> str:
    """Return the schema of the work; a failed job has left its space when it is reported."""
    job = get_current_task()
    if job is not None:
        return str((job.request.headers or {}).get(_SCHEMA_HEADER, _PUBLIC))
    return str(getattr(connections["default"], "schema_name", _PUBLIC))
