"""All spaces brought up, against stock django-tenants on the same schema and bare ALTER TABLE.

Stock is measured on fewer spaces, in a database that holds only those, and scaled: a thousand
would take it ten minutes a round. Its start is left out; ours is told with and without.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from infra.benches.bench_servers import NAME, Bench, bench
from infra.benches.bench_servers import SETTINGS as BENCH_SETTINGS
from infra.benches.table import Result
from infra.local.processes import ROOT

ROUNDS = 3
SPACES = 1000
STOCK = "troovon_stock"
STOCK_SPACES = 60
OURS, PEERS = "planted_ours", "planted_stock"
SETTINGS = {OURS: BENCH_SETTINGS, PEERS: "infra.benches.settings.stock_tenants"}
ROOM = ROOT / "tenants" / "community" / "classifieds" / "migrations"
_MIGRATION = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classifieds", "{before}")]
    operations = [
        migrations.AddField("classified", "{column}", models.CharField(max_length=9, null=True))
    ]
"""


def run(rounds: int, spaces: int) -> Result:
    """Measure, round by round: nothing to do, then an added column."""
    rounds, spaces = rounds or ROUNDS, spaces or SPACES
    few = min(STOCK_SPACES, spaces)
    with bench() as ground:
        _fill(ground, NAME, spaces)
        _fill(ground, STOCK, few)
        planted = _Planted(ground)
        seconds: dict[str, list[float]] = {}
        for number in range(rounds):
            for what in ("nothing", "column"):
                if what == "column":
                    planted.add(f"planted_{number}")
                bare = f"bare_{number}" if what == "column" else ""
                for name, value in _round(ground, bare, scale=spaces / few).items():
                    seconds.setdefault(f"{what}: {name}", []).append(value)
    return Result("migrations", seconds, "column: stock", _notes(seconds, spaces, few))


def _fill(ground: Bench, database: str, spaces: int) -> None:
    ground.add_database(database)
    ground.manage("prepare", database=database)
    with ground.worker("bench_founding", "ours", database=database) as worker:
        for _ in range(spaces):
            worker.seconds()


class _Planted:
    """A copy of an app's migrations that grows by a column each round."""

    def __init__(self, ground: Bench) -> None:
        self.folder = ground.folder / "planted"
        self.folder.mkdir()
        self.last = max(path.stem for path in ROOM.glob("0*.py"))
        self.package = "planted_migrations"
        shutil.copytree(ROOM, self.folder / self.package)
        os.environ["PYTHONPATH"] = str(self.folder)
        for name, base in SETTINGS.items():
            (self.folder / f"{name}.py").write_text(
                f"from {base} import *\nMIGRATION_MODULES = {{'classifieds': '{self.package}'}}\n"
            )

    def add(self, column: str) -> None:
        """Plant a migration that adds a column."""
        name = f"{int(self.last[:4]) + 1:04}_{column}"
        text = _MIGRATION.format(before=self.last, column=column)
        (self.folder / self.package / f"{name}.py").write_text(text)
        self.last = name


def _round(ground: Bench, bare_column: str, *, scale: float) -> Mapping[str, float]:
    """Let each of them do it once, in processes that have just read the migrations."""
    measured = _ours(ground)
    with ground.worker("bench_migrations", "stock", database=STOCK, settings=PEERS) as stock:
        measured["stock"] = stock.seconds() * scale
    if bare_column:
        with ground.worker("bench_migrations", "raw", settings=OURS) as raw:
            measured["raw"] = float(raw.ask(bare_column))
    return measured


def _ours(ground: Bench) -> dict[str, float]:
    environment = {**os.environ, **ground.environment(NAME, OURS, "manage")}
    began = time.perf_counter()
    output = subprocess.run(  # noqa: S603 - our own interpreter and command
        [sys.executable, str(ROOT / "manage.py"), "prepare", "--json"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    whole = time.perf_counter() - began
    report: dict[str, Any] = json.loads(output.splitlines()[-1])
    if report["failed"]:
        raise RuntimeError(str(report))
    return {"troovon": report["seconds"], "troovon, whole command": whole}


def _notes(seconds: Mapping[str, list[float]], spaces: int, few: int) -> dict[str, Any]:
    def times(slow: str, fast: str) -> float:
        pairs = zip(seconds[slow], seconds[fast], strict=True)
        return round(statistics.median(one / other for one, other in pairs), 2)

    return {
        "spaces": spaces,
        "stock_measured_on": few,
        "stock_scaled_by": round(spaces / few, 2),
        "nothing_times_faster": times("nothing: stock", "nothing: troovon"),
        "nothing_whole_command_times_faster": times(
            "nothing: stock", "nothing: troovon, whole command"
        ),
        "column_times_faster": times("column: stock", "column: troovon"),
        "column_whole_command_times_faster": times(
            "column: stock", "column: troovon, whole command"
        ),
        "column_to_raw": times("column: troovon", "column: raw"),
    }
