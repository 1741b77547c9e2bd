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
    """Somebody wants the command to end."""


def listen() -> None:
    """Turn each wish to end into one exception in the main thread.

    Set explicitly: a shell starts background jobs with SIGINT ignored.
    """
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    parent = os.getppid()
    if _name_of(parent) == "uv":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def ignore() -> None:
    """Finish stopping in peace; whoever never listened is left as it was."""
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
    """Follow `uv`, which passes on each signal but the one that kills it."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
