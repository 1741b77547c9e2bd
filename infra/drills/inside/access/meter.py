"""The work of a request, returned to its sender: hashes, statements, jobs and mails.

Installed only in the processes of the access drills.
"""

import functools
import json
import re
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from pathlib import Path
from threading import local
from typing import Any

from celery.signals import before_task_publish
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hashers
from django.core.mail import EmailMessage
from django.db import connections
from django.http import HttpRequest, HttpResponse

from tenants.spaces import hosts

ASK, WORK = "X-Drill-Meter", "x-drill-work"
PEAK = "x-drill-peak"
_PROCESS = Path("/proc/self")
_here = local()


class WorkMeter:
    """The outermost middleware; adds a header to responses of requests that ask for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Watch hashers, mails and jobs from now on."""
        self.get_response = get_response
        for hasher in get_hashers():
            _watch(type(hasher), "encode", "hashes")
            if isinstance(hasher, Argon2PasswordHasher):  # others hash again to verify
                _watch(type(hasher), "verify", "hashes")
        _watch(EmailMessage, "send", "mails")
        before_task_publish.connect(_note_job, weak=False)
        _watch_memory_of_hosts()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Count the work of this request if its header asks for it."""
        if ASK not in request.headers:
            return self.get_response(request)
        _here.work = {"hashes": 0, "mails": 0, "jobs": [], "statements": ""}
        begin_peak()
        try:
            with ExitStack() as stack:
                for connection in connections.all():
                    stack.enter_context(connection.execute_wrapper(_note_statement))
                response = self.get_response(request)
            response[WORK] = json.dumps(_here.work)
            response[PEAK] = str(peak_megabytes())
        finally:
            _here.work = None
        return response


def begin_peak() -> None:
    """Reset the peak of this process's memory."""
    (_PROCESS / "clear_refs").write_text("5")


def peak_megabytes() -> int:
    """Return how much memory this process has held at most since then."""
    found = re.search(r"VmHWM:\s+(\d+) kB", (_PROCESS / "status").read_text())
    return int(found[1]) // 1024 if found else 0


def _watch(owner: Any, name: str, kind: str) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def counting(*args: Any, **kwargs: Any) -> Any:
        if work := _work():
            work[kind] += 1
        return original(*args, **kwargs)

    setattr(owner, name, counting)


def _watch_memory_of_hosts() -> None:
    """Exclude the half-minute refresh of the spaces' cache, for any request that triggers it."""
    original = hosts.remembered

    def remembered(name: Hashable, read: Callable[[], Any]) -> Any:
        def uncounted() -> Any:
            work, _here.work = _work(), None
            try:
                return read()
            finally:
                _here.work = work

        return original(name, uncounted)

    hosts.remembered = remembered


def _note_job(sender: str = "", **_: Any) -> None:
    if work := _work():
        work["jobs"].append(sender)


def _note_statement(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
    if work := _work():
        work["statements"] += sql.lstrip()[:1]
    return execute(sql, *given)


def _work() -> dict[str, Any] | None:
    return getattr(_here, "work", None)
