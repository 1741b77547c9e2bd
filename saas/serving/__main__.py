"""`python -m saas.serving`: the web processes on a single port."""

import argparse
import copy
import multiprocessing
import os
import resource
import sys
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")
os.environ.setdefault("TROOVON_PROCESS", "web")

from django.conf import settings
from django.utils.module_loading import import_string
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

APPLICATION = "saas.asgi:application"
HEADER_BYTES = 64 * 1024
# Further connections wait in the kernel until an open connection is closed.
CONNECTIONS = 2048
_OTHER_FILES = 512


class WebServer(MPServer):
    """The web processes: one that dies is replaced, but none before a first has started.

    A refused start (the wall has a hole, a variable is wrong) ends the server. Granian's own limit,
    two deaths within some seconds, is missed by a start that takes longer than that.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.has_started = multiprocessing.Event()
        super().__init__(*args, **kwargs)

    @property
    def respawn_failed_workers(self) -> bool:
        """True if a process that dies is replaced: one killed by its memory limit, in seconds."""
        return self.has_started.is_set()

    @respawn_failed_workers.setter
    def respawn_failed_workers(self, wanted: bool) -> None:
        """Ignore the value with which granian begins."""


def main(argv: list[str] | None = None) -> None:
    """Serve until a signal ends it."""
    arguments = _parser().parse_args(argv)
    _let_open(CONNECTIONS + _OTHER_FILES)
    _limit_memory(settings.WEB_MEMORY_MB)
    logging_settings: Any = copy.deepcopy(settings.LOGGING)
    server = WebServer(
        arguments.application,
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.ASGINL,
        # HTTP/2 is never used: a proxy ends TLS. With HTTP/1 only, no connection waits for a
        # protocol.
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.WEB_PROCESSES,
        log_dictconfig=logging_settings,
        log_level=LogLevels(logging_settings["root"]["level"].lower()),
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        # Measured from the first byte, or the previous response: silent clients are disconnected,
        # too.
        http1_settings=HTTP1Settings(
            header_read_timeout=settings.HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES
        ),
    )
    server.serve(target_loader=partial(_load, server.has_started))


def _load(has_started: Event, target: str) -> Any:
    """Load the application in a process, and note that it started."""
    application = import_string(target.replace(":", "."))
    has_started.set()
    return application


def _let_open(files: int) -> None:
    """Raise the limit of open files as far as the system permits: each connection is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _limit_memory(megabytes: int) -> None:
    """Limit the memory of this process: a page that asks for more fails, the others go on.

    The limit counts written memory, the system's `RLIMIT_DATA`: libraries and merely reserved
    memory do not count.
    """
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes * 1024 * 1024
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m saas.serving", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("application", nargs="?", default=APPLICATION)
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
