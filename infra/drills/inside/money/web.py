"""A web process forked from a warm process: it receives Stripe's events, and may be killed."""

import contextlib
import os
import signal
import socket
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from infra.demo import levers
from saas.kernel.tasks import PublicTask


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Write no line for each event."""


class Web:
    """The fork that serves a port; the parent keeps the port, so that another fork can follow."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.pid = 0
        base = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        levers.pull("webhooks", base=base, host=settings.BASE_HOST)

    def begin(self) -> None:
        """Start the fork unless it is already running."""
        if self.pid:
            return
        connections.close_all()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                PublicTask.apply_async = lambda *_, **__: None  # type: ignore[method-assign,assignment]
                _serve(self.listener)
            finally:
                os._exit(1)

    def kill(self) -> None:
        """Let it die in the middle of whatever it does."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def end(self) -> None:
        """Let it die for good."""
        self.kill()
        with contextlib.suppress(OSError):
            self.listener.close()


class _Mortal(WSGIServer):
    """A server that exits after its parent process has ended."""

    parent = 0

    def service_actions(self) -> None:
        """Exit if the parent process is gone."""
        if os.getppid() != self.parent:
            os._exit(0)


def _serve(listener: socket.socket) -> None:
    server = _Mortal(listener.getsockname(), _Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_name, server.server_port = "localhost", listener.getsockname()[1]
    server.parent = os.getppid()
    server.setup_environ()
    server.set_app(WSGIHandler())
    server.serve_forever(poll_interval=5)
