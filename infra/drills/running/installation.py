"""A cluster of its own for a drill, and the product's processes on it, told where they are."""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psycopg

from infra.benches.bench_servers import NAME, Bench
from infra.benches.second_cluster import DATABASE, SecondCluster
from infra.local import processes
from infra.local.processes import ROOT, Child
from infra.local.servers.postgres import SUPERUSER
from infra.local.stack import Stack

SETTINGS = "infra.drills.settings.drill"
PLANT = "TROOVON_PLANT"
_POLL_SECONDS = 0.2
BETWEEN_KILLS_SECONDS = (0.2, 2.0)

type Progress = Callable[[int, int], None]


def environment(ground: Bench, process: str, *, plant: str = "") -> dict[str, str]:
    """Return the environment of a drill's process: product settings and the planted fault."""
    return {
        **{name: value for name, value in os.environ.items() if name != PLANT},
        **ground.environment(NAME, SETTINGS, process),
        PLANT: plant,
    }


def begin(ground: Bench, words: list[str], env: dict[str, str], *, name: str = "") -> Child:
    """Start a command of manage.py with an output file of its own."""
    name = name or words[0]
    output = output_of(ground, name)
    output.unlink(missing_ok=True)
    return processes.start(
        name,
        [sys.executable, ROOT / "manage.py", *words, "--skip-checks"],
        log=ground.folder / f"{name}.log",
        env=env,
        stdout=output,
    )


def output_of(ground: Bench, name: str) -> Path:
    """Return the file that holds a command's standard output."""
    return ground.folder / f"{name}.out"


def follow(child: Child, output: Path, report_progress: Progress) -> dict[str, Any]:
    """Wait for a command, report its progress, and return its last line.

    Raises ChildEnded if it failed.
    """
    while not child.has_ended():
        time.sleep(_POLL_SECONDS)
        lines = output.read_text().splitlines()
        done, of = _progress(lines[-1] if lines else "")
        if of:
            report_progress(done, of)
    if child.process.returncode != 0:
        raise processes.ChildEnded(child)
    result: dict[str, Any] = json.loads(output.read_text().splitlines()[-1])
    return result


def _progress(line: str) -> tuple[int, int]:
    """Read a line `done of`; anything else is no progress."""
    words = line.split()
    if len(words) != 2 or not all(word.isdigit() for word in words):  # noqa: PLR2004 - two numbers
        return 0, 0
    return int(words[0]), int(words[1])


class Killer:
    """Ends connections of the app's login at random, like a failing network."""

    def __init__(self, ground: Bench, seed: int, second: SecondCluster | None = None) -> None:
        self.chance = random.Random(f"connections{seed}")  # noqa: S311 - can be repeated
        self.kills = 0
        self.next_at = 0.0
        urls = [ground.cluster.url(SUPERUSER, ground.passwords["superuser"], NAME)]
        if second:
            urls.append(second.cluster.url(SUPERUSER, second.passwords["superuser"], DATABASE))
        self.lines = [psycopg.connect(url, autocommit=True) for url in urls]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for line in self.lines:
            line.close()

    def trouble(self) -> None:
        """End a connection at the planned time."""
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + self.chance.uniform(*BETWEEN_KILLS_SECONDS)
        line = self.chance.choice(self.lines)
        found = line.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = 'troovon_app' ORDER BY pid"
        ).fetchall()
        if found:
            line.execute("SELECT pg_terminate_backend(%s)", self.chance.choice(found))
            self.kills += 1


class DrilledStack(Stack):
    """The whole product with the drills' settings, and perhaps a fault in it."""

    plant = ""

    def settings(self, *, with_owner: bool) -> dict[str, str]:
        """Return the variables of its processes and of commands, with the planted fault."""
        return {
            **super().settings(with_owner=with_owner),
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            PLANT: self.plant,
        }
