"""Programs that we start, and that never outlive us."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from infra.local.watcher import Watcher
from infra.local.words import DISK_FULL, Trouble

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
PATIENCE = 10

# Loaded before any fork: a child between fork and exec must not import.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_watcher = Watcher()


def chromium() -> str | None:
    """Return this machine's Chromium, if any; first the headless shell, for half the work."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next(filter(None, map(shutil.which, names)), None)


@dataclass
class Child:
    """A running program of ours: its name on the screen, its log, and how it is asked to stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    again: Callable[[], "Child"]
    """Starts the same program with the same words, log and environment."""

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self.process.pid

    def has_ended(self) -> bool:
        """Whether it has stopped, asked or not."""
        return self.process.poll() is not None

    def tail(self, lines: int = 15) -> str:
        """Read the last lines that it wrote."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def send(self, number: int) -> None:
        """Signal the program and whatever it started."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


class ChildEnded(Trouble):
    """A program that should be running, or should have succeeded, has ended."""

    def __init__(self, child: Child) -> None:
        tail = child.tail()
        if "No space left on device" in tail:
            super().__init__(*DISK_FULL)
            return
        code = child.process.returncode
        super().__init__(
            f"« {child.name} » s’est arrêté (code {code}). Fin de {child.log} :\n{tail}",
            f"“{child.name}” has stopped (code {code}). End of {child.log}:\n{tail}",
        )


def start(
    name: str,
    args: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    account: tuple[int, int] | None = None,
    cwd: Path = ROOT,
    stdout: Path | None = None,
    spoken: bool = False,
) -> Child:
    """Start a program in its own process group, with a log file, that dies with this process.

    If `spoken`, its output goes straight to the person instead of its log.

    Call it from the main thread only: the kernel sends the death signal when the thread ends.
    """
    uid, gid = account or (None, None)
    with log.open("ab") as errors, (stdout or log).open("ab") as out:
        process = subprocess.Popen(
            [str(arg) for arg in args],
            stdin=subprocess.DEVNULL,
            stdout=None if spoken else out,
            stderr=None if spoken else errors,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            # Else Ctrl-C in the terminal reaches PostgreSQL before the web server.
            process_group=0,
            # The only way to tie its life to ours; nothing in it takes a lock.
            preexec_fn=_dies_with(os.getpid(), stop_signal),  # noqa: PLW1509
            user=uid,
            group=gid,
            extra_groups=[] if account else None,
        )
    if _libc is None:
        _watcher.add(process.pid, stop_signal)
    same: dict[str, Any] = {
        "log": log,
        "env": env,
        "stop_signal": stop_signal,
        "account": account,
        "cwd": cwd,
        "stdout": stdout,
        "spoken": spoken,
    }
    return Child(name, process, log, stop_signal, partial(start, name, args, **same))


def _dies_with(parent: int, stop_signal: signal.Signals) -> Callable[[], None]:
    def before_exec() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return before_exec


def wait_until(ready: Callable[[], bool], child: Child, *others: Child, seconds: float) -> None:
    """Wait for something that a child brings about; stop waiting when it or another ends."""
    deadline = time.monotonic() + seconds
    while not ready():
        for one in (child, *others):
            if one.has_ended():
                raise ChildEnded(one)
        if time.monotonic() > deadline:
            raise Trouble(
                f"« {child.name} » n’est pas prêt après {seconds:.0f} s. "
                f"Fin de {child.log} :\n{child.tail()}",
                f"“{child.name}” is not ready after {seconds:.0f} s. "
                f"End of {child.log}:\n{child.tail()}",
            )
        time.sleep(0.01)


def first_line(child: Child, ready: Path, *, seconds: float) -> str:
    """Return the first line of a program's standard output, a file; it reports readiness."""
    wait_until(lambda: ready.read_text().endswith("\n"), child, seconds=seconds)
    return ready.read_text().splitlines()[0]


def finish(child: Child, *, seconds: float) -> None:
    """Wait for a program with a single task to end; it must succeed."""
    try:
        code = child.process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.send(signal.SIGKILL)
        child.process.wait()
        raise ChildEnded(child) from None
    if code != 0:
        raise ChildEnded(child)


def stop(children: Iterable[Child], *, patience: float = PATIENCE) -> None:
    """Send the stop signal to all of them, together; kill those that do not stop in time."""
    stopping = list(children)
    for child in stopping:
        # Celery and granian pass the signal on; their children need not hear it twice.
        if not child.has_ended():
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + patience
    for child in stopping:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        child.send(signal.SIGKILL)  # its remaining children, or itself
        child.process.wait()
