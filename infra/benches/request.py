"""The signed-in home feed, against plain Django with the same views and rows in a single schema."""

import contextlib
import json
from typing import Any

from infra.assets.build import ASSETS, build
from infra.benches.bench_servers import NAME, Bench, Worker, bench
from infra.benches.table import Result

ROUNDS = 25
MOST_STATEMENTS = 13
PLAIN = "troovon_plain"
PLAIN_SETTINGS = "infra.benches.settings.single_schema"


def run(rounds: int, spaces: int) -> Result:
    """Measure both in turn, on persistent connections and through the pool."""
    rounds = rounds or ROUNDS
    with bench() as ground, contextlib.ExitStack() as stack:
        _fill(ground, spaces)
        workers = {
            name: stack.enter_context(worker)
            for name, worker in {
                "troovon": ground.worker("bench_request", process="bench"),
                "plain": ground.worker(
                    "bench_request",
                    "--plain",
                    database=PLAIN,
                    settings=PLAIN_SETTINGS,
                    process="bench",
                ),
                "troovon_pool": ground.worker("bench_request", process="web"),
            }.items()
        }
        for worker in workers.values():
            worker.costs()
            worker.costs()
        costs: dict[str, list[tuple[float, float]]] = {name: [] for name in workers}
        for _ in range(rounds):
            for name, worker in workers.items():
                costs[name].append(worker.costs())
        seconds = {name: [took for took, _ in each] for name, each in costs.items()}
        computed = {name: [cpu for _, cpu in each] for name, each in costs.items()}
        return Result("request", seconds, "plain", _side_by_side(workers), computed)


def _fill(ground: Bench, spaces: int) -> None:
    build(ASSETS)
    ground.add_database(NAME)
    ground.manage("prepare")
    ground.manage("collectstatic", "--noinput")
    ground.manage("bench_rows")
    if spaces:
        with ground.worker("bench_founding", "raw") as worker:
            for _ in range(spaces):
                worker.seconds()
    ground.add_database(PLAIN)
    ground.manage(
        "bench_rows",
        "--plain",
        database=PLAIN,
        settings="infra.benches.settings.single_schema_owner",
    )


def _side_by_side(workers: dict[str, Worker]) -> dict[str, Any]:
    """Return a comparison of the statements of a page, in their order."""
    statements = {name: json.loads(worker.ask("statements")) for name, worker in workers.items()}
    ours, plain = statements["troovon"]["statements"], statements["plain"]["statements"]
    return {
        "statements_troovon": len(ours),
        "statements_ceiling": MOST_STATEMENTS,
        "statements_plain": len(plain),
        "same_statements": ours == plain,
        "switches_troovon": statements["troovon"]["switches"],
        "switches_pool": statements["troovon_pool"]["switches"],
        "statements": [statement[:110] for statement in ours],
    }
