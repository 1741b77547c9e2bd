"""The HTTP server: it parses requests, and sends responses unchanged or as a fault demands."""

import contextlib
import gc
import http.server
import itertools
import json
import socket
import struct
import sys
import threading
import time
import urllib.parse

from infra.stripe_simulator import api, control
from infra.stripe_simulator.pages import site
from infra.stripe_simulator.settings import Settings
from infra.stripe_simulator.wire import Request, Response
from infra.stripe_simulator.world import World

LARGEST_BODY = 1024 * 1024
TICK_SECONDS = 0.5
TICKS_OF_A_MINUTE = 120


class Handler(http.server.BaseHTTPRequestHandler):
    """A handler for a single connection, kept open between requests."""

    protocol_version = "HTTP/1.1"
    server_version = "stripe-simulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "Server"

    def handle_any(self) -> None:
        """Answer whatever was asked."""
        written = self.headers.get("Content-Length") or "0"
        if not written.isdecimal() or int(written) > LARGEST_BODY:
            self.close_connection = True
            self.send(Response(413 if written.isdecimal() else 400, b"", {"Connection": "close"}))
            return
        address = urllib.parse.urlsplit(self.path)
        request = Request(
            method="GET" if self.command == "HEAD" else self.command,
            path=urllib.parse.unquote(address.path),
            query=address.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(written)),
        )
        self.send(self.server.answer(request, looking=self.command == "HEAD"))

    # The names that http.server looks for.
    do_GET = do_POST = do_DELETE = do_HEAD = do_PUT = do_PATCH = handle_any  # noqa: N815

    def send(self, response: Response) -> None:
        """Send a response, or apply its network fault."""
        if response.network in {"timeout", "reset"}:
            self._lose(response)
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        body = response.body
        if response.network == "malformed_json":
            body = body[: len(body) // 2]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if response.network == "slow_body":
            self._drip(body, response.seconds)
            return
        self.wfile.write(body)

    def _lose(self, response: Response) -> None:
        self.close_connection = True
        if response.network == "timeout":
            time.sleep(response.seconds)
        with contextlib.suppress(OSError):
            at_once = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)

    def _drip(self, body: bytes, seconds: float) -> None:
        step = max(1, len(body) // 10)
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            time.sleep(seconds / 10)

    def log_message(self, *_args: object) -> None:
        """Log no request: the dashboard shows them."""


class Server(http.server.ThreadingHTTPServer):
    """The simulator as a server on this machine, reachable from nowhere else."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, port: int, settings: Settings, *, world: World) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.settings = settings
        self.world = world
        self.stopping = threading.Event()
        threading.Thread(target=self._tick, daemon=True, name="clock").start()

    def answer(self, request: Request, *, looking: bool) -> Response:
        """Send a request to the API, to the levers, or to the pages."""
        if request.path.startswith(("/v1/", "/v2/")):
            return api.serve(self.world, request)
        if request.path.startswith("/_sim/"):
            return control.serve(self.world, request)
        return site.serve(self.world, request, looking=looking)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a client's lost connection; print a traceback for any other error."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def _tick(self) -> None:
        for tick in itertools.count(1):
            if self.stopping.wait(TICK_SECONDS):
                return
            with self.world.lock:
                self.world.run_due()
                self.world.store.save()
            if tick % TICKS_OF_A_MINUTE == 0:
                settle_memory()

    def close(self) -> None:
        """Stop the clock and the couriers, and write the rest to disk."""
        self.stopping.set()
        with self.world.lock:
            self.world.deliveries.clear()
            self.world.store.close()
        self.server_close()


def settle_memory() -> None:
    """Exclude the loaded records from Python's garbage collection.

    It would scan millions of records now and then, and block all requests meanwhile.
    """
    gc.collect()
    gc.freeze()


def ready_line(base: str, port: int) -> str:
    """Return a line of JSON with the simulator's address."""
    return json.dumps({"api_base": base, "port": port, "page": f"{base}/"}) + "\n"


def welcome(base: str, key: str) -> str:
    """Return the greeting with the addresses of the simulator and of its page."""
    return (
        f"The simulator answers like Stripe at {base} to the key {key}.\n"
        f"What it knows, and buttons for bad days: {base}/\n"
        "Ctrl-C stops it. No money moves.\n"
    )
