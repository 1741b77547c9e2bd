"""`python -m saas.serving`: the web processes on one port."""

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
# More wait in the kernel until one of these is closed.
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
        # HTTP/2 comes from nobody: a proxy ends TLS. Without it no connection may wait undecided.
        http=HTTPModes.http1,
        websockets=False,
        workers=settings.WEB_PROCESSES,
        log_dictconfig=logging_settings,
        log_level=LogLevels(logging_settings["root"]["level"].lower()),
        respawn_failed_workers=True,  # one that memory failed comes back in seconds
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        # From the first byte, or from the answer before: who says nothing is sent away as well.
        http1_settings=HTTP1Settings(
            header_read_timeout=settings.HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES
        ),
    ).serve()


def _let_open(files: int) -> None:
    """Raise the limit of open files as far as the system lets us: a connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _limit_memory(megabytes: int) -> None:
    """Refuse the process more memory than it may have: a page that asks for it ends, not all.

    What counts is memory that is written to, the system's `RLIMIT_DATA`: libraries and what is
    only reserved do not.
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
