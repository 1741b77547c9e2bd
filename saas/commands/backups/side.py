"""A throw-away cluster: the newest backup restored into a folder, started, asked, and removed."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from saas.commands.backups import repository
from saas.commands.backups.programs import BackupFailedError, identity, server_program

LONGEST_SECONDS = 4 * 3600
_HOST = "127.0.0.1"
# The memory and connection settings in the copied folder are for another machine.
_SETTINGS = {
    "listen_addresses": _HOST,
    "unix_socket_directories": "",
    "max_connections": "20",
    "max_locks_per_transaction": "1024",
    "shared_buffers": "64MB",
    "hot_standby": "off",
    "archive_mode": "off",
    "recovery_init_sync_method": "syncfs",
    "logging_collector": "off",
    "ssl": "off",
    # The cluster is deleted afterwards: a crash loses nothing beyond the backup.
    "fsync": "off",
}


class _Server(NamedTuple):
    """The throw-away server: its process, its port, its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path


@contextlib.contextmanager
def restored(
    login: dict[str, Any], *, label: str, lsn: str, major: int
) -> Iterator[psycopg.Connection[Any]]:
    """Restore a backup up to a point of its log, and yield a connection of the owner's to it.

    The folder is beside the repository's temporary files; both go at the end, whatever came.
    """
    with tempfile.TemporaryDirectory(prefix="troovon-backup-check-") as name:
        place = Path(name)
        data = place / "data"
        data.mkdir(mode=0o700)
        _hand_over(place)
        repository.restore(data, label=label, until=["--type=lsn", f"--target={lsn}"])
        _write_rules(data)
        with (
            _server(data, place / "log", major) as server,
            _connected(login, server) as connection,
        ):
            yield connection


def _hand_over(place: Path) -> None:
    """Give the folders to the account of the cluster that was copied."""
    account = identity(repository.data_folder())
    if account:
        for folder in (place, place / "data"):
            os.chown(folder, account["user"], account["group"])


def _write_rules(data: Path) -> None:
    """Let only a password of the copied cluster in, from this machine."""
    rules = data / "backup_check_hba.conf"
    rules.write_text(f"host all all {_HOST}/32 scram-sha-256\n")
    configuration = data / "backup_check.conf"
    configuration.write_text("")
    for path in (rules, configuration):
        path.chmod(0o644)


@contextlib.contextmanager
def _server(data: Path, log: Path, major: int) -> Iterator[_Server]:
    """Run a server on a folder; at the end it stops at once, since nothing of it is kept."""
    port = _free_port()
    settings = {
        **_SETTINGS,
        "port": str(port),
        "data_directory": str(data),
        "hba_file": str(data / "backup_check_hba.conf"),
        "ident_file": str(data / "backup_check.conf"),
        "config_file": str(data / "backup_check.conf"),
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (
        log.open("wb") as out,
        subprocess.Popen(  # noqa: S603 - our own words
            [server_program("postgres", major), *words],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            # The log is fetched by `restore_command`, which runs pgBackRest for this folder.
            env={**os.environ, "PGBACKREST_PG1_PATH": str(data)},
            **identity(repository.data_folder()),
        ) as server,
    ):
        try:
            yield _Server(server, port, log)
        finally:
            server.send_signal(3)  # SIGQUIT: without a checkpoint
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((_HOST, 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _connected(login: dict[str, Any], server: _Server) -> Iterator[psycopg.Connection[Any]]:
    """Wait until the log is replayed and the server lets the owner in."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            connection = psycopg.connect(
                **{**login, "host": _HOST, "port": server.port}, autocommit=True
            )
            with connection:
                yield connection
            return
        time.sleep(0.2)
    lines = server.log.read_text(errors="replace").splitlines()
    errors = [line for line in lines if "FATAL" in line or "ERROR" in line] or lines[-1:]
    raise BackupFailedError(f"the restored cluster did not start: {' '.join(errors[:1])[:200]}")


def room_for(size_bytes: int) -> None:
    """Raise BackupFailedError if the disk of temporary files has no room for a restored copy."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < size_bytes * 1.2:
        raise BackupFailedError(
            f"a trial needs {size_bytes // 2**20} MiB in {tempfile.gettempdir()} and"
            f" {free // 2**20} MiB are free: name a larger folder in TMPDIR"
        )
