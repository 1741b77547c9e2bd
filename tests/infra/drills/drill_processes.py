"""A drill's processes on the test run's own database."""

import http.client
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections

from infra.drills.running import installation
from infra.local import processes, testing
from infra.local.processes import ROOT
from infra.local.servers import databases, ports
from tests.fixtures.patience import PATIENCE
from tests.fixtures.programs import run_program


def environment(process: str, plant: str = "") -> dict[str, str]:
    return {
        **os.environ,
        "TROOVON_PROCESS": process,
        "DJANGO_SETTINGS_MODULE": installation.SETTINGS,
        installation.PLANT: plant,
    }


def run_command(*words: str, process: str = "manage", plant: str = "") -> dict[str, Any]:
    """Run a command to its end and return its last line."""
    done = run_program(
        [sys.executable, str(ROOT / "manage.py"), *words, "--skip-checks"],
        env=environment(process, plant),
        most_seconds=4 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


@contextmanager
def copy_of_now(name: str) -> Iterator[Callable[[], None]]:
    """Keep a copy of the test's database, and put it in its place at each call."""
    admin, copy = testing.described()["admin"], f"{name}_{testing.worker()}"

    def put_back() -> None:
        connections.close_all()
        databases.copy_database(admin, testing.database(), template=copy)

    connections.close_all()
    databases.copy_database(admin, copy, template=testing.database())
    try:
        yield put_back
    finally:
        databases.drop_database(admin, copy)


@contextmanager
def site(plant: str = "", **settings: str) -> Iterator[int]:
    """Serve the product, perhaps with a fault or other settings in it, on a port of its own."""
    port = ports.any_free()
    log = ROOT / ".troovon" / f"drill-site-{port}.log"
    child = processes.start(
        "site",
        [sys.executable, "-m", "saas.serving", "--port", str(port)],
        log=log,
        env={**environment("web", plant), **settings, "BASE_HOST": f"localhost:{port}"},
    )
    try:
        processes.wait_until(lambda: _answers(port), child, seconds=PATIENCE)
        yield port
    finally:
        processes.stop([child])
        log.unlink(missing_ok=True)


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health/live", headers={"Host": f"localhost:{port}"})
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def as_superuser(statement: str) -> None:
    """Run a statement in the test's database as a superuser, which the product never is."""
    admin = testing.described()["admin"]
    with psycopg.connect(admin, dbname=testing.database(), autocommit=True) as line:
        line.execute(statement.encode())
