"""The context of a log line: request, job and schema, never a person."""

import contextlib
import datetime as dt
import enum
import json
import logging
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from django.apps import apps

from saas.kernel import schema

_request: ContextVar[str] = ContextVar("request", default="")
# Request ids accepted from a proxy or a program: a UUID, 32 digits of nginx, a trace id.
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_TOKEN = re.compile(
    r"/[A-Za-z0-9_-]{32,}(?![A-Za-z0-9_.-])|(?<=/join)/[a-z0-9]{12}\b|(?<=/invitations)/[a-z0-9]{12}\b"
)
# DETAIL of a PostgreSQL error: the row itself, with whole messages or hashes of passwords.
_ROW = re.compile(r"(?:\n|\\n)DETAIL:.*?(?=\n\nThe above |\n\nDuring handling |\Z)", re.DOTALL)
OURS = frozenset({"saas", "tenants", "billing", "api", "infra"})
_WORD = re.compile(r"[\w./:+<>=-]{0,80}\Z")
_job: ContextVar[str] = ContextVar("job", default="")


def request_id() -> str:
    """Return the id of the request that this work goes back to, or an empty string."""
    return _request.get()


def is_in_request() -> bool:
    """Return True while a page is answered, outside any job."""
    return bool(_request.get()) and not _job.get()


@contextlib.contextmanager
def request(given: str = "") -> Iterator[str]:
    """Set the id of a request while it runs: the given id if it is a plain word."""
    token = _request.set(given if _REQUEST_ID.match(given) else uuid.uuid4().hex)
    try:
        yield _request.get()
    finally:
        _request.reset(token)


@contextlib.contextmanager
def job(job_id: str, request_: str = "") -> Iterator[None]:
    """Give a job its id, and the id of the request that queued it."""
    tokens = _job.set(job_id), _request.set(request_)
    try:
        yield
    finally:
        _job.reset(tokens[0])
        _request.reset(tokens[1])


class Vouched(str):
    """Text of a log line without user-written content, as asserted by the calling code."""

    __slots__ = ()


PLAIN = (Vouched, enum.Enum, int, float, uuid.UUID, dt.date, dt.timedelta, BaseException)


class PlainRecord(logging.LogRecord):
    """Log record of our own code: words, numbers and names; other arguments are left out.

    Otherwise sentences written by members would be readable by operators, in logs and at Sentry.
    """

    hidden: tuple[object, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.name.partition(".")[0] not in OURS:
            return
        if isinstance(self.args, Mapping):  # a single dictionary is taken for named values
            self.hidden = tuple(value for value in self.args.values() if not _is_plain(value))
            self.args = {name: _plain(value) for name, value in self.args.items()}
        elif self.args:
            self.hidden = tuple(value for value in self.args if not _is_plain(value))
            self.args = tuple(_plain(value) for value in self.args)


def _plain(value: object) -> object:
    return value if _is_plain(value) else f"<{type(value).__name__}>"


def _is_plain(value: object) -> bool:
    if isinstance(value, str) and not isinstance(value, Vouched | enum.Enum):
        return bool(_WORD.match(value))
    return value is None or isinstance(value, PLAIN)


def without_secrets(text: str) -> str:
    """Return a text without rows of tables and without long random parts of addresses.

    Such a part may be a token that signs a person in.
    """
    return _TOKEN.sub("/…", _ROW.sub("", text))


class JsonFormatter(logging.Formatter):
    """Formatter with a JSON object per line, at a time of UTC."""

    converter = time.gmtime  # type: ignore[assignment]

    def format(self, record: logging.LogRecord) -> str:
        """Write the record with its request, job and schema."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "request": _request.get() or _request_of(record),
            "job": _job.get() or _job_of(record),
            # The server's own process serves no page, and loads no app.
            "schema": schema.current() if apps.ready else schema.PUBLIC,
        }
        if event := getattr(record, "event", None):
            line["event"] = event
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _request_of(record: logging.LogRecord) -> str:
    """Find the id that Django's own lines bring, which it writes after the last middleware."""
    return str(getattr(getattr(record, "request", None), "request_id", ""))


def _job_of(record: logging.LogRecord) -> str:
    """Find the id that Celery's own lines bring, which it writes before and after the job."""
    data = getattr(record, "data", None)
    return str(data.get("id", "")) if isinstance(data, dict) else ""
