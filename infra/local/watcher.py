"""Ends the children of a killed command, on systems where the kernel does not do it (macOS).

Reads a line for each program, its process group and the signal to end it. The end of input means
that the command is gone, for any reason.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time

PATIENCE = 5


class Watcher:
    """The watching process, started with the first program that needs it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def add(self, group: int, number: int) -> None:
        """Have a group ended when we are gone."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.watcher"],
                stdin=subprocess.PIPE,
                text=True,
                start_new_session=True,  # the terminal's signals are not for it
            )
        if self._process.stdin:
            self._process.stdin.write(f"{group} {number}\n")
            self._process.stdin.flush()


def main() -> None:
    """Wait until the command is gone, then end its remaining children."""
    groups = [tuple(map(int, line.split())) for line in sys.stdin]
    for group, number in groups:
        _send(group, number)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(_send(group, 0) for group, _ in groups):
        time.sleep(0.05)
    for group, _number in groups:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    main()
