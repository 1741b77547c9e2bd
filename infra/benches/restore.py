"""A space among many restored to a chosen second: rewind, against pg_dump and pg_restore."""

import subprocess
import time

from infra.benches.bench_servers import NAME
from infra.benches.point_in_time import RestoreBench, restore_bench
from infra.benches.table import Result
from infra.local.servers import postgres
from infra.local.servers.postgres import Cluster

ROUNDS = 5
SPACES = 200
ROWS = 500


def run(rounds: int, spaces: int) -> Result:
    """Measure both in turn, each on its own space, from the same side cluster."""
    rounds, spaces = rounds or ROUNDS, max(spaces or SPACES, 2)
    with restore_bench(spaces, ROWS) as bench:
        names: list[str] = bench.ask("found", str(spaces))
        base = bench.take_base()
        moment = bench.now()
        bench.ask("destroy", names[0])
        bench.ask("destroy", names[1])
        with bench.side_at(moment) as (side, reached):
            seconds: dict[str, list[float]] = {"rewind": [], "pg_dump": []}
            copying = []
            for _ in range(rounds):
                figures = bench.rewind(names[0].replace("_", "-"), side)
                seconds["rewind"].append(figures["command_seconds"])
                copying.append(round(figures["seconds"], 3))
                seconds["pg_dump"].append(_dump_and_restore(bench, names[1], side))
            whole = [len(bench.titles(name)) for name in names[:2]]
            return Result("restore", seconds, "pg_dump", {
                "spaces": spaces,
                "rows_back_in_each": whole,
                "copying_seconds": copying,
                "base_backup_seconds": round(base, 1),
                "side_cluster_seconds": round(reached, 1),
            })  # fmt: skip


def _dump_and_restore(bench: RestoreBench, name: str, side: Cluster) -> float:
    """Restore a space with stock tools only: its schema is missing during the restore."""
    tools = postgres.package() / "pginstall" / "bin"
    owner = bench.source.passwords["owner"]
    source = side.url("troovon_owner", owner, NAME)
    target = bench.source.cluster.url("troovon_owner", owner, NAME)
    file = bench.source.folder / "space.dump"
    began = time.monotonic()
    for words in (
        ["pg_dump", "--format=custom", f"--schema={name}", f"--file={file}", f"--dbname={source}"],
        ["psql", f"--dbname={target}", "--quiet", "--command", f'DROP SCHEMA "{name}" CASCADE'],
        ["pg_restore", "--exit-on-error", f"--dbname={target}", str(file)],
    ):
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [tools / words[0], *words[1:]],
            check=True,
            capture_output=True,
            env=postgres.ENVIRONMENT,
        )
    return time.monotonic() - began
