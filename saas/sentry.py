"""Reports to Sentry when something fails: the place and the release, never the person."""

import re
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
_REQUEST_FIELDS = ("method", "url")
_REQUEST_HEADERS = ("X-Request-Id", "Host")
_HIDDEN = "…"
_PUBLIC, _SCHEMA_HEADER = "public", "troovon_schema"
_ADDRESS = re.compile(r"[^\s@<>()=\"']+@[^\s@<>()\"']+")
_QUERY = re.compile(r"\?\S+")
_ROW = re.compile(r"(?:\n|\\n)DETAIL:.*", re.DOTALL)  # PostgreSQL adds the row that it refused


def begin(
    dsn: str,
    *,
    release: str,
    process: str,
    environment: str,
    transport: type[Transport] | None = None,
) -> None:
    """Report failures of this process, web or job; without a DSN nothing is reported."""
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
        before_send=_without_people,
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False),
            CeleryIntegration(propagate_traces=False),
        ],
        transport=transport,
    )
    sentry_sdk.set_tag("process", process)


def report(message: str, *, fingerprint: list[str]) -> None:
    """Report a trouble that is no exception; events of one fingerprint are one issue there."""
    with sentry_sdk.new_scope() as scope:
        scope.fingerprint = fingerprint
        sentry_sdk.capture_message(message, level="error")


def _without_people(event: Event, _hint: Hint) -> Event:
    """Say which schema it happened in, and take out whatever could be about a person."""
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
    reported["request"] = _request_without_private(reported.get("request", {}))
    reported["contexts"] = {
        name: context
        for name, context in reported.get("contexts", {}).items()
        if name in {"runtime", "trace"}
    }
    return cast("Event", reported)


def _request_without_private(request: dict[str, Any]) -> dict[str, Any]:
    """Keep how and where, without what was asked, sent or shown."""
    request_parts = {key: request[key] for key in _REQUEST_FIELDS if key in request}
    if "url" in request_parts:
        parts = urlsplit(request_parts["url"])
        request_parts["url"] = f"{parts.scheme}://{parts.netloc}{_without_tokens(parts.path)}"
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
    """Say where the work belongs: a job has left its space again when its failure is told."""
    job = get_current_task()
    if job is not None:
        return str((job.request.headers or {}).get(_SCHEMA_HEADER, _PUBLIC))
    return str(getattr(connections["default"], "schema_name", _PUBLIC))
