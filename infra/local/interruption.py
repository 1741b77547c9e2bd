"""How the command hears that it must end: a key, a signal, a closed terminal, a killed `uv`."""

import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

EXIT_CODE = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asks the command to end."""


def listen() -> None:
    """Turn each signal to end into an exception in the main thread.

    Set explicitly: a shell starts background jobs with SIGINT ignored.
    """
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    parent = os.getppid()
    if _name_of(parent) == "uv":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def ignore() -> None:
    """Ignore further signals while stopping; without `listen` the handlers stay unchanged."""
    for number in SIGNALS:
        if signal.getsignal(number) is _interrupt:
            signal.signal(number, signal.SIG_IGN)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Interrupted


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _end_with(parent: int) -> None:
    """End when `uv` ends: it forwards each signal except the signal that kills it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
