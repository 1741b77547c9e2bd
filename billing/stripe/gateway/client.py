"""The connection to Stripe, and how its exceptions become problems that a rule can weigh."""

import contextlib
import functools
import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from billing.stripe.gateway.pace import Paces
from billing.stripe.gateway.values import StripeCallFailed
from billing.stripe.rules.answers import NO_ANSWER, UNREADABLE, Problem
from saas.kernel.tasks import check_time
from saas.kernel.watching import log_context, metrics

REAL_STRIPE = "https://api.stripe.com"
API_VERSION = str(stripe.api_version)
_RETRIES = 2
# Stripe's ids have figures and capital letters; the words of its addresses have neither.
_WORD = re.compile(r"[a-z_]+\Z")
_PATIENCE = (3.05, 20)
# Processes that serve pages, mails or the clock must not block on Stripe: only the caller may.
_NEVER_CALL = frozenset({"web", "worker", "fetcher", "founder", "beat"})

stripe.enable_telemetry = False
stripe.set_app_info("troovon", version=settings.RELEASE)


class CalledHereError(RuntimeError):
    """Something would have waited for Stripe that must not; nothing was sent."""


def client() -> stripe.StripeClient:
    """Return this process's client, made when it is first needed: after any fork."""
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@functools.cache
def _client(key: str, base: str) -> stripe.StripeClient:
    if "_live_" in key and base != REAL_STRIPE:
        raise ImproperlyConfigured("live key against a Stripe that is not Stripe")
    return stripe.StripeClient(
        key,
        base_addresses={"api": base, "connect": base, "files": base, "meter_events": base},
        max_network_retries=_RETRIES,
        http_client=_Sender(Paces() if base == REAL_STRIPE else None, timeout=_PATIENCE),
    )


class _Sender(stripe.RequestsClient):
    """Stripe's HTTP client with a rate limit; the simulator has no limit."""

    def __init__(self, paces: Paces | None, **options: Any) -> None:
        super().__init__(**options)
        self._paces = paces

    def request(self, *args: Any, **kwargs: Any) -> Any:
        """Send the request if allowed here, after the rate limit. Raises CalledHereError."""
        _check_may_wait_here()
        check_time()
        if self._paces is not None:
            self._paces.wait()
        kind = kind_of(str(args[0]), str(args[1]))
        began, outcome = time.monotonic(), NO_ANSWER
        try:
            answer = super().request(*args, **kwargs)
            outcome = str(answer[1])
            return answer
        finally:
            metrics.count(metrics.STRIPE_CALLS, kind, outcome)
            metrics.observe(metrics.STRIPE_SECONDS, time.monotonic() - began, kind)


def kind_of(method: str, url: str) -> str:
    """Return a call's method and address without the ids in it: `get checkout/sessions`."""
    words = [part for part in urlsplit(url).path.split("/")[2:] if _WORD.match(part)]
    return " ".join([method.lower(), "/".join(words)])


def _check_may_wait_here() -> None:
    """Raise CalledHereError in a request, or in a process other than the caller."""
    if log_context.is_in_request():
        raise CalledHereError("a request called Stripe: commit the call, a job makes it")
    if settings.TROOVON_PROCESS in _NEVER_CALL:
        raise CalledHereError(
            f"{settings.TROOVON_PROCESS} called Stripe: its job belongs to the queue `calls`"
        )


def is_live() -> bool:
    """Return True if real money moves."""
    return bool(settings.STRIPE_IS_LIVE)


@contextlib.contextmanager
def raising_problems() -> Iterator[None]:
    """Convert exceptions of the library to `StripeCallFailed`.

    If a response is unreadable, the library's message repeats all of it, with any names in it: that
    message is dropped.
    """
    try:
        yield
    except stripe.StripeError as error:
        details = _details(error)
        raise StripeCallFailed(_problem(error, details)) from (error if details else None)


def _details(error: stripe.StripeError) -> dict[str, Any]:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    details: Any = body.get("error")
    return details if isinstance(details, dict) else {}


def _problem(error: stripe.StripeError, details: dict[str, Any]) -> Problem:
    silent = isinstance(error, stripe.APIConnectionError)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    wait = headers.get("retry-after", "")
    status = error.http_status
    return Problem(
        # An unreadable response of success counts as no response.
        status=status if status and status >= HTTPStatus.BAD_REQUEST else None,
        kind=str(details.get("type") or (NO_ANSWER if silent else UNREADABLE)),
        code=str(details.get("code") or ""),
        message=str(details.get("message") or "")[:300],
        param=str(details.get("param") or ""),
        replayed=headers.get("idempotent-replayed") == "true",
        retry_after=int(wait) if wait.isdigit() else None,
        request_id=str(error.request_id or ""),
    )
