"""A PostgreSQL of its own for a bench, with the settings of production, and children that wait."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from infra.local import environment, processes, testing
from infra.local.processes import ROOT
from infra.local.servers import databases, postgres_account, template
from infra.local.servers.backups import Backups
from infra.local.servers.postgres import SUPERUSER, Cluster, programs
from infra.local.servers.valkey import Valkey

NAME = "troovon_bench"
SETTINGS = "infra.settings"


class Bench:
    """A cluster on which a bench creates databases and starts product processes."""

    def __init__(self, cluster: Cluster, valkey: Valkey, *, passwords: Mapping[str, str]) -> None:
        self.cluster = cluster
        self.valkey = valkey
        self.passwords = passwords
        self.folder = cluster.data.parent
        self.secret_key = secrets.token_hex(32)

    @property
    def admin(self) -> str:
        """The superuser's address of the cluster."""
        return self.cluster.url(SUPERUSER, self.passwords["superuser"], "postgres")

    def add_database(self, name: str) -> None:
        """Make an empty database with the product's roles and rights."""
        databases.make_database(self.admin, name)

    def environment(self, database: str, settings: str, process: str) -> dict[str, str]:
        """Return the environment of a product process on a database (`manage`: as the owner)."""
        values = {
            **template.logins(self.cluster.port, self.passwords, database),
            "SECRET_KEY": self.secret_key,
            "VALKEY_URL": self.valkey.url(),
            "MAIL_URL": "outbox:",
            "TROOVON_ENV": "bench",
            "DJANGO_SETTINGS_MODULE": settings,
            "DATA_DIR": str(self.folder),
            "LOG_LEVEL": "WARNING",
        }
        return {**environment.of_process("manage", values), "TROOVON_PROCESS": process}

    def manage(self, *words: str, database: str = NAME, settings: str = SETTINGS) -> None:
        """Run a command of manage.py to its end."""
        child = processes.start(
            words[0],
            [sys.executable, ROOT / "manage.py", *words],
            log=self.folder / f"{words[0]}.log",
            env=self.environment(database, settings, "manage"),
        )
        processes.finish(child, seconds=1200)

    @contextlib.contextmanager
    def worker(
        self,
        *words: str,
        database: str = NAME,
        settings: str = SETTINGS,
        process: str = "manage",
    ) -> Iterator["Worker"]:
        """Keep a command of manage.py that answers each line with its seconds."""
        log = self.folder / f"{words[0]}-{settings}-{process}.log"
        with working(words, self.environment(database, settings, process), log) as worker:
            yield worker


@contextlib.contextmanager
def working(words: Sequence[str], env: Mapping[str, str], log: Path) -> Iterator["Worker"]:
    """Run a command of manage.py that answers each line sent to it."""
    with log.open("w") as errors:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and command
            [sys.executable, str(ROOT / "manage.py"), *words, "--skip-checks"],
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield Worker(child, log)
        finally:
            with contextlib.suppress(BrokenPipeError):  # how it died is told by its log
                cast("IO[str]", child.stdin).close()
            child.wait(timeout=30)
            cast("IO[str]", child.stdout).close()


class Worker:
    """A process that does the thing once for each line it is sent."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log

    def ask(self, line: str = "go") -> str:
        """Send a line and return the answer. Raises RuntimeError with its log when it died."""
        stdin, stdout = cast("IO[str]", self.process.stdin), cast("IO[str]", self.process.stdout)
        with contextlib.suppress(BrokenPipeError):  # how it died is told by its log
            stdin.write(line + "\n")
            stdin.flush()
        answer = stdout.readline().strip()
        if not answer:
            raise RuntimeError(self.log.read_text()[-2000:])
        return answer

    def seconds(self) -> float:
        """Run the measured action once and return its seconds."""
        return float(self.ask())

    def costs(self) -> tuple[float, float]:
        """Let it do the thing once; return how long it took, and how long it computed."""
        seconds, cpu_seconds = self.ask().split()
        return float(seconds), float(cpu_seconds)


@contextlib.contextmanager
def bench(
    backups: Backups | None = None, *, settings: Mapping[str, str] | None = None
) -> Iterator[Bench]:
    """Start an empty cluster with durable writes, and remove everything afterwards.

    With `backups` its write-ahead log is archived, so that a second server can be restored to a
    moment of its past. `settings` may switch durable writes off.
    """
    options = {**(backups.settings() if backups else {}), **(settings or {})}
    passwords = template.new_passwords()
    with _servers(options) as (cluster, valkey):
        cluster.finish_making(cluster.begin_making(passwords["superuser"]))
        cluster.begin()
        cluster.wait()
        ground = Bench(cluster, valkey, passwords=passwords)
        databases.make_roles(
            ground.admin, owner_password=passwords["owner"], app_password=passwords["app"]
        )
        yield ground


@contextlib.contextmanager
def prepared_bench(*, settings: Mapping[str, str] | None = None) -> Iterator[Bench]:
    """Start a copy of the cluster that tests copy; its database has the spaces north and south."""
    with _servers(settings or {}) as (cluster, valkey):
        passwords = template.fill(cluster)
        cluster.begin()
        cluster.wait()
        ground = Bench(cluster, valkey, passwords=passwords)
        databases.copy_database(ground.admin, NAME, template=template.NAME)
        yield ground


@contextlib.contextmanager
def _servers(settings: Mapping[str, str]) -> Iterator[tuple[Cluster, Valkey]]:
    """Prepare a cluster not yet initialised, start a Valkey server, and remove both afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="troovon-bench-", dir=testing.place_for_a_while()))
    folder.chmod(0o711)
    troovon = ROOT / ".troovon"
    troovon.mkdir(exist_ok=True)
    cluster = Cluster(
        data=folder / "pgdata",
        programs=programs(postgres_account.of(troovon)),
        log=folder / "postgresql.log",
        account=postgres_account.account(),
        settings={"max_locks_per_transaction": "256", **settings},
        stop_signal=signal.SIGQUIT,
    )
    valkey = Valkey(folder / "valkey", secrets.token_hex(16), folder / "valkey.log", lasting=False)
    try:
        valkey.begin()
        valkey.wait()
        yield cluster, valkey
    finally:
        processes.stop(child for child in (cluster.child, valkey.child) if child)
        shutil.rmtree(folder, ignore_errors=True)
