"""The ASGI application: each request waits for its body and for its client without a thread."""

import logging
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings

from saas.kernel.secrets.hashing import is_password_address
from saas.kernel.watching import metrics, security_log
from saas.kernel.watching.log_context import Vouched
from saas.kernel.watching.security_log import SecurityEvent
from saas.kernel.web.addresses import network_of
from saas.kernel.web.bodies import most_bytes_at
from saas.kernel.web.taking_turns import is_turn_address
from saas.serving import environ
from saas.serving.answers import Answer, Pages, Send
from saas.serving.bodies import (
    Body,
    ClientLeftError,
    DiskBudget,
    Receive,
    TooLargeError,
    TooManyError,
    TooSlowError,
    throw_away,
)
from saas.serving.environ import Scope
from saas.serving.frames import run_in_one_piece
from saas.serving.lane import BusyError, Lane, Reason
from saas.serving.limits import Limits
from saas.serving.refusals import Refusal, Refusals, Typed, typed_of
from saas.serving.threads import PageThreads, TooLongError
from tenants.spaces import hosts

_log = logging.getLogger(__name__)


@dataclass
class Exchange:
    """Request and its response, with the server's functions to receive and send."""

    scope: Scope
    receive: Receive
    send: Send
    answer: Answer

    def __str__(self) -> str:
        return f"{self.scope['method']} {self.scope['path']}"

    def variables(self, body: Body | None = None, *, length: int = 0) -> dict[str, Any]:
        """Return the WSGI environment of the request."""
        return environ.environ_of(self.scope, body, length=length)

    def header(self, name: bytes) -> str:
        """Return a header of the request, or nothing."""
        return environ.header(self.scope["headers"], name)

    def has_body(self) -> bool:
        """Whether the client sends anything besides headers."""
        return bool(self.header(b"transfer-encoding")) or self.header(b"content-length") not in {
            "",
            "0",
        }

    def most_bytes(self) -> int:
        """Return the largest body that the address takes."""
        path = environ.path_of(self.scope).decode(errors="replace")
        return most_bytes_at(path, self._urlconf())

    def takes_password(self) -> bool:
        """Whether the page hashes a password, and so is made in the lane of these."""
        path = environ.path_of(self.scope).decode(errors="replace")
        return self.scope["method"] == "POST" and is_password_address(path, self._urlconf())

    def takes_turn(self) -> bool:
        """Whether the page is made for few at once, since strangers ask for it in crowds."""
        path = environ.path_of(self.scope).decode(errors="replace")
        return is_turn_address(path, self._urlconf())

    def network(self) -> str:
        """Return the network that asks."""
        return network_of(environ.client_of(self.scope))

    def host(self) -> str:
        """Return the name of the requested host."""
        return self.header(b"host").partition(":")[0].lower().rstrip(".")

    def _urlconf(self) -> str:
        """Return the addresses of the host: the public site's, the console's, or a space's."""
        name = self.host()
        if name == hosts.base_name():
            return settings.PUBLIC_SCHEMA_URLCONF
        return settings.OPERATOR_URLCONF if name == hosts.operator_name() else settings.ROOT_URLCONF


class Site:
    """Run a WSGI application in a few threads; only at a sign-in they wait for external servers."""

    def __init__(self, pages: Pages, limits: Limits | None = None) -> None:
        self._pages = pages
        self._limits = limits or Limits()
        seconds = self._limits.page_seconds
        self._threads = PageThreads(self._limits.threads, "page", seconds=seconds)
        self._password_threads = PageThreads(self._limits.hashing, "password", seconds=seconds)
        self._lane = Lane(self._limits, places=self._limits.hashing)
        self._turns = Lane(self._limits, places=self._limits.beginning)
        self._budget = DiskBudget(self._limits.held)
        self._answers = DiskBudget(self._limits.answered)
        self._refusals = Refusals()
        self._queued = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            raise ValueError(scope["type"])
        exchange = Exchange(scope, receive, send, self._empty_answer())
        try:
            await self._answer(exchange)
        finally:
            exchange.answer.close()

    def _empty_answer(self) -> Answer:
        return Answer(self._limits, self._answers)

    async def _answer(self, exchange: Exchange) -> None:
        if not exchange.has_body():
            make = self._make_by_turns if exchange.takes_turn() else self._make
            await make(exchange, exchange.variables())
            await self._send(exchange)
            return
        body = Body(self._limits, self._budget)
        try:
            await self._answer_body(exchange, body)
        except ClientLeftError:
            # Granian raises this for an unreadable body, too; a disconnected client gets no
            # response.
            self._refuse(exchange, Refusal.MALFORMED)
            await self._send(exchange)
        finally:
            body.close()

    async def _answer_body(self, exchange: Exchange, body: Body) -> None:
        try:
            await _read(exchange, body)
        except TooLargeError as error:
            # It is answered by `LargeBodyMiddleware`, which reads the length and nothing else.
            await self._make(exchange, exchange.variables(length=error.size))
            await self._send_while_sending(exchange)
        except TooSlowError:
            self._refuse(exchange, Refusal.SLOW_BODY)
            await self._send(exchange)
        except TooManyError:
            self._refuse(exchange, Refusal.CROWDED)
            await self._send_while_sending(exchange)
        else:
            make = self._make_in_lane if exchange.takes_password() else self._make
            await make(exchange, exchange.variables(body, length=body.size))
            await self._send(exchange)

    async def _make_in_lane(self, exchange: Exchange, variables: dict[str, Any]) -> None:
        """Have a page made that hashes a password, or refuse where too many wait for that."""
        try:
            async with self._lane.place(network=exchange.network(), space=exchange.host()):
                await self._run(exchange, variables, self._password_threads)
        except BusyError as busy:
            network, host = exchange.network(), exchange.host()
            security_log.record(
                SecurityEvent.BUSY, network=network, host=host, limit=str(busy.reason)
            )
            is_own = busy.reason == Reason.NETWORK
            refusal = Refusal.MANY_PASSWORDS if is_own else Refusal.BUSY_WITH_PASSWORDS
            self._refuse(exchange, refusal, typed=typed_of(variables))

    async def _make_by_turns(self, exchange: Exchange, variables: dict[str, Any]) -> None:
        """Have a page made once its network's turn comes, or refuse where too many wait."""
        try:
            async with self._turns.place(network=exchange.network(), space=exchange.host()):
                await self._make(exchange, variables)
        except BusyError as busy:
            is_own = busy.reason == Reason.NETWORK
            self._refuse(exchange, Refusal.MANY_STARTS if is_own else Refusal.BUSY_WITH_STARTS)

    async def _make(self, exchange: Exchange, variables: dict[str, Any]) -> None:
        """Run a page in a thread, or refuse it if too many requests are queued."""
        if self._queued >= self._limits.queued:
            self._refuse(exchange, Refusal.CROWDED)
            return
        self._queued += 1
        try:
            await self._run(exchange, variables, self._threads)
        finally:
            self._queued -= 1

    async def _run(
        self, exchange: Exchange, variables: dict[str, Any], threads: PageThreads
    ) -> None:
        # In a context of its own: context variables set by a page do not reach the next page.
        take = partial(
            Context().run, run_in_one_piece, exchange.answer.take, self._pages, variables
        )
        try:
            await threads.run(take, str(exchange))
        except TooManyError:
            exchange.answer.drop()
            self._refuse(exchange, Refusal.CROWDED)
        except TooLongError:
            exchange.answer.abandon()
            exchange.answer = self._empty_answer()
            self._refuse(exchange, Refusal.ENDED)

    def _refuse(self, exchange: Exchange, refusal: Refusal, typed: Typed | None = None) -> None:
        metrics.count(metrics.REFUSED_REQUESTS, str(refusal.status))
        _log.warning("%s refused: %d", Vouched(exchange), refusal.status)
        self._refusals.answer(exchange.answer, refusal, exchange.variables(), typed=typed)

    async def _send(self, exchange: Exchange) -> None:
        if not await exchange.answer.send(exchange.send):
            _log.warning("%s: the answer was not taken in time", Vouched(exchange))

    async def _send_while_sending(self, exchange: Exchange) -> None:
        """Respond at once to a client in the middle of its body, and discard the rest.

        A client with "Expect: 100-continue" has not sent its body yet, and gets the plain response.
        """
        if exchange.header(b"expect").lower() == "100-continue":
            await self._send(exchange)
            return
        await exchange.answer.send_open(exchange.send)
        await throw_away(exchange.receive, self._limits)
        await exchange.answer.end(exchange.send)


async def _read(exchange: Exchange, body: Body) -> None:
    """Read a body within its address's limit; reject a larger Content-Length unread."""
    most = exchange.most_bytes()
    length = exchange.header(b"content-length")
    announced = int(length) if length.isdecimal() else 0
    if announced > most:
        raise TooLargeError(announced)
    await body.read(exchange.receive, most_bytes=most)
