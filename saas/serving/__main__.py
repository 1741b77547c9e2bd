"""`python -m saas.serving`: the web processes on a single port."""

import argparse
import copy
import os
import resource
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")
os.environ.setdefault("TROOVON_PROCESS", "web")

from django.conf import settings
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

APPLICATION = "saas.asgi:application"
HEADER_BYTES = 64 * 1024
# Further connections wait in the kernel until an open connection is closed.
CONNECTIONS = 2048
_OTHER_FILES = 512


def main(argv: list[str] | None = None) -> None:
    """Serve until a signal ends it."""
    arguments = _parser().parse_args(argv)
    _let_open(CONNECTIONS + _OTHER_FILES)
    _limit_memory(settings.WEB_MEMORY_MB)
    logging_settings: Any = copy.deepcopy(settings.LOGGING)
    Server(
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
        respawn_failed_workers=True,  # a process killed by its memory limit restarts in seconds
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        # Measured from the first byte, or the previous response: silent clients are disconnected,
        # too.
        http1_settings=HTTP1Settings(
            header_read_timeout=settings.HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES
        ),
    ).serve()


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
