"""The process that children are forked from: it has loaded the parsers, and holds nothing else.

It is started with an empty environment, so that neither it nor a child has ever had a secret; it
ends when its parent does. Each message on its socket is a file to open: a child is forked for it.
"""

import contextlib
import gc
import json
import os
import platform
import signal
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from saas.kernel.sandbox import locks, wire
from saas.kernel.sandbox.jobs import JOBS, Opener
from saas.kernel.sandbox.verdicts import UnfitError

CONTENT, OUT = 3, 4
MOST_MESSAGE = 64 * 1024
NICENESS = 10


def serve(control: int) -> None:
    """Fork a child for each message, until the sender has gone."""
    openers = {name: job.load() for name, job in JOBS.items()}
    platform.machine()  # asks the system, which a child cannot
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for its parent, which ends it
    _be_first_to_go()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=control) as line:
        try:
            line.send(wire.READY)
        except BrokenPipeError:
            return  # its parent ended meanwhile
        while True:
            message, passed, _flags, _address = socket.recv_fds(line, MOST_MESSAGE, 2)
            if not message:
                return
            if os.fork() == 0:
                _end_with(partial(_work, json.loads(message), passed, openers))
            for descriptor in passed:
                os.close(descriptor)


def _end_with(work: Callable[[], None]) -> None:
    try:
        work()
    except BaseException:  # noqa: BLE001 - its parent hears of it by the end of the line
        os._exit(1)
    os._exit(0)


def _work(order: dict[str, Any], passed: list[int], openers: dict[str, Opener]) -> None:
    job = JOBS[order["job"]]
    locks.end_with_parent()
    os.nice(NICENESS)  # pages go first
    _keep_only(passed)
    size = os.fstat(CONTENT).st_size
    locks.close_all(
        megabytes=job.megabytes,
        cpu_seconds=job.cpu_seconds,
        seconds=job.seconds,
        descriptors=OUT + 1,
    )
    kind, last = wire.END, wire.Piece(None)
    try:
        content = os.pread(CONTENT, size, 0)
        for piece in openers[order["job"]](content, order["options"]):
            wire.send(OUT, wire.PIECE, piece)
    except UnfitError as unfit:
        kind, last = wire.UNFIT, wire.Piece(unfit.reason)
    except MemoryError:
        kind, last = wire.HEAVY, wire.Piece("memory")
    except Exception as error:  # noqa: BLE001 - a broken file raises what its broken part does
        kind, last = wire.BROKEN, wire.Piece(type(error).__name__)
    wire.send(OUT, kind, last)


def _keep_only(passed: list[int]) -> None:
    """Leave this process the file, the line to its parent, and nothing else."""
    high = [os.dup2(descriptor, 20 + place) for place, descriptor in enumerate(passed)]
    nothing = os.open(os.devnull, os.O_RDWR)
    for place, descriptor in enumerate((nothing, nothing, nothing, *high)):
        os.dup2(descriptor, place)
    os.closerange(OUT + 1, os.sysconf("SC_OPEN_MAX"))


def _be_first_to_go() -> None:
    """Have a machine without memory end a child before any process of the product."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> None:
    """Serve the socket with the descriptor given on the command line."""
    serve(int(sys.argv[1]))
