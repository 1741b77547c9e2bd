"""The services of a test run: a PostgreSQL and a Valkey server, a database for each worker."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from infra.local import environment, processes, testing_cells
from infra.local.cells import NAME as CELL
from infra.local.datadir import remove_if_abandoned
from infra.local.processes import ROOT
from infra.local.servers import databases, ports, postgres_account, template
from infra.local.servers.postgres import SUPERUSER, Cluster, programs
from infra.local.servers.valkey import Valkey

DESCRIPTION = "TROOVON_TEST_SERVICES"
PREFIX = "troovon-tests-"
ROOMY = 1 << 30
_joined = False
STRIPE_KEY = "sk_test_troovon_tests_0000"


@dataclass
class Run:
    """Resources that the process that began the run holds until its end."""

    folder: Path
    lock: IO[str]
    cluster: Cluster
    valkey: Valkey
    cell: Cluster | None = None


def begin() -> Run:
    """Start both servers, on a copy of the stored cluster or on a new cluster."""
    spread = testing_cells.are_asked_for()
    folder, lock = _folder()
    troovon = ROOT / ".troovon"
    troovon.mkdir(exist_ok=True)
    valkey = Valkey(folder / "valkey", secrets.token_hex(16), folder / "valkey.log", lasting=False)
    valkey.begin()
    cluster = Cluster(
        data=folder / "pgdata",
        programs=programs(postgres_account.of(troovon)),
        log=folder / "postgresql.log",
        account=postgres_account.account(),
        settings=testing_cells.SETTINGS if spread else template.SETTINGS,
        stop_signal=signal.SIGQUIT,
    )
    passwords = template.fill(cluster)
    cluster.begin()
    cluster.wait()
    valkey.wait()
    cell = testing_cells.begin(cluster, folder, passwords) if spread else None
    run = Run(folder, lock, cluster, valkey, cell)
    _describe(run, passwords)
    return run


def store_template() -> None:
    """Create the cluster for copies, unless a cluster of the current code is stored."""
    if not template.is_stored():
        end(begin())
        del os.environ[DESCRIPTION]


def end(run: Run) -> None:
    """Stop both servers and remove every trace of the run."""
    children = [run.cluster.child, run.valkey.child, run.cell.child if run.cell else None]
    processes.stop(child for child in children if child)
    shutil.rmtree(run.folder, ignore_errors=True)
    run.lock.close()


def _folder() -> tuple[Path, IO[str]]:
    """Create the run's folder, in memory if there is room, and remove folders of killed runs."""
    memory = Path("/dev/shm")  # noqa: S108 - a random name, made by mkdtemp
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOMY
    parent = memory if roomy else Path(tempfile.gettempdir())
    for older in parent.glob(f"{PREFIX}*"):
        remove_if_abandoned(older)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    folder.chmod(0o711)  # PostgreSQL, run by another account, passes through it
    return folder, lock


def _describe(run: Run, passwords: dict[str, str]) -> None:
    described = {
        "folder": str(run.folder),
        "admin": run.cluster.url(SUPERUSER, passwords["superuser"], "postgres"),
        "port": run.cluster.port,
        "passwords": passwords,
        "cell_port": run.cell.port if run.cell else None,
        "valkey_port": run.valkey.port,
        "valkey_password": run.valkey.password,
    }
    path = run.folder / "services.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(described))
    os.environ[DESCRIPTION] = str(path)


def described() -> dict[str, Any]:
    """Return the description of the services that this run has started."""
    found: dict[str, Any] = json.loads(Path(os.environ[DESCRIPTION]).read_text())
    return found


def place_for_a_while() -> Path | None:
    """Return the folder of the current run, deleted at its end; null outside of a run."""
    return Path(described()["folder"]) if DESCRIPTION in os.environ else None


def worker() -> str:
    """Name this process among those that share the run."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def database() -> str:
    """Name this process's own database."""
    return f"test_{worker()}"


def enter() -> None:
    """Point this process's settings to its own database, broker and simulator."""
    run = described()
    number = int(worker().removeprefix("gw")) + 1 if worker() != "main" else 0
    valkey = f"redis://:{run['valkey_password']}@127.0.0.1:{run['valkey_port']}"
    files = Path(run["folder"]) / f"files-{worker()}"
    (files / "static").mkdir(parents=True, exist_ok=True)
    for name in environment.NAMES:
        os.environ.pop(name, None)
    os.environ.update(
        template.logins(run["port"], run["passwords"], database()),
        SECRET_KEY=secrets.token_hex(32),
        VALKEY_URL=f"{valkey}/{2 * number}",
        CACHE_URL=f"{valkey}/{2 * number + 1}",
        BASE_HOST=f"localhost:{ports.any_free()}",
        MAIL_URL="outbox:",
        SELLER_FILE=environment.SELLER_FILE,
        DATA_DIR=str(files),
        STRIPE_API_BASE=f"http://127.0.0.1:{ports.any_free()}",
        STRIPE_SECRET_KEY=STRIPE_KEY,
        STRIPE_WEBHOOK_SECRETS_SNAPSHOT=f"whsec_{secrets.token_hex(16)}",
        STRIPE_WEBHOOK_SECRETS_CONNECTED=f"whsec_{secrets.token_hex(16)}",
        STRIPE_WEBHOOK_SECRETS_THIN=f"whsec_{secrets.token_hex(16)}",
        TROOVON_ENV="test",
        TROOVON_PROCESS="test",
        **_cell_settings(run),
    )


def _cell_settings(run: dict[str, Any]) -> dict[str, str]:
    """Return the variables of the cell; empty in a run on a single cluster."""
    if not run["cell_port"]:
        return {}
    urls = template.logins(run["cell_port"], run["passwords"], database())
    return {
        "CELLS": f"{CELL}={urls['DATABASE_URL']}",
        "CELL_OWNERS": f"{CELL}={urls['DATABASE_OWNER_URL']}",
    }


def fresh_database() -> None:
    """Give this process a new copy of the two spaces."""
    replace_database(template.NAME)
    if cell := _cell_admin("postgres"):
        databases.copy_database(cell, database(), template=template.NAME)


def replace_database(copy: str) -> None:
    """Replace this process's database at home by a copy of another; no cell follows it."""
    admin = described()["admin"]
    global _joined  # noqa: PLW0603 - of this process, as its database
    if _joined:
        testing_cells.cut(_in_database(admin), _cell_admin(database()))
        _joined = False
    databases.copy_database(admin, database(), template=copy)


def join_cell(tables: Callable[[], list[str]]) -> None:
    """Let the cell, if any, follow these tables of home; idempotent."""
    global _joined  # noqa: PLW0603 - of this process, as its database
    if _joined or not (there := _cell_admin(database())):
        return
    run = described()
    source = template.logins(run["port"], run["passwords"], database())["DATABASE_OWNER_URL"]
    testing_cells.join(_in_database(run["admin"]), there, source=source, tables=tables())
    _joined = True


def _in_database(admin: str) -> str:
    return admin.removesuffix("/postgres") + f"/{database()}"


def _cell_admin(name: str) -> str:
    """Return the superuser's URL of a database of the cell; empty in a run on a single cluster."""
    run = described()
    if not run["cell_port"]:
        return ""
    return f"postgresql://{SUPERUSER}:{run['passwords']['superuser']}@127.0.0.1:{run['cell_port']}/{name}"
