"""Founding a space, against stock django-tenants' migration of the same schema and raw DDL."""

import contextlib

from infra.benches.bench_servers import NAME, bench
from infra.benches.table import Result

ROUNDS = 7
STOCK = "troovon_stock"


def run(rounds: int, spaces: int) -> Result:
    """Measure the three in turn, round by round, with `spaces` spaces standing there before."""
    rounds = rounds or ROUNDS
    with bench() as ground, contextlib.ExitStack() as stack:
        for database in (NAME, STOCK):
            ground.add_database(database)
            ground.manage("prepare", database=database)
        workers = {
            "troovon": stack.enter_context(ground.worker("bench_founding", "ours")),
            "raw": stack.enter_context(ground.worker("bench_founding", "raw")),
            "stock": stack.enter_context(
                ground.worker(
                    "bench_founding",
                    "stock",
                    database=STOCK,
                    settings="infra.benches.settings.stock_tenants",
                )
            ),
        }
        for worker in workers.values():
            worker.seconds()  # the first run warms imports and caches up
        for _ in range(spaces):
            workers["raw"].seconds()
        seconds: dict[str, list[float]] = {name: [] for name in workers}
        for _ in range(rounds):
            for name, worker in workers.items():
                seconds[name].append(worker.seconds())
        return Result("provisioning", seconds, "stock", {"spaces_before": spaces})
