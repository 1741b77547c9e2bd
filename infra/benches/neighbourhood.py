"""The page of the neighbourhood with 50,000 shops beside 500, and the choice of its placements."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from infra.assets.build import ASSETS, build
from infra.benches.bench_servers import NAME, Bench, Worker, bench
from infra.benches.table import Result

FEW = {"merchants": 500, "spaces": 50, "campaigns": 200}
MANY = {"merchants": 50_000, "spaces": 5_000, "campaigns": 20_000}
TENTH = {name: count // 10 for name, count in MANY.items()}
ROUNDS = 15
MOST_TIMES_FEW = 1.3
MOST_CHOICE_SECONDS, MOST_PART_OF_PAGE = 0.0005, 0.05


def run(rounds: int, _spaces: int) -> Result:
    """Measure the page and its map, first with few shops, then with many."""
    return _neighbourhood(rounds or ROUNDS, MANY)


def run_short(rounds: int, _spaces: int) -> Result:
    """Measure the same with a tenth of the shops."""
    return _neighbourhood(rounds or 5, TENTH)


def run_delivery(rounds: int, _spaces: int) -> Result:
    """Measure the choice of placements beside the page that shows them, with many campaigns."""
    return _delivery(rounds or ROUNDS, MANY)


def run_delivery_short(rounds: int, _spaces: int) -> Result:
    """Measure the same with a tenth of the campaigns."""
    return _delivery(rounds or 5, TENTH)


def _neighbourhood(rounds: int, many: Mapping[str, int]) -> Result:
    with _ground() as ground:
        few = _measured(ground, FEW, rounds)
        lots = _measured(ground, many, rounds)
    seconds = {
        f"page of {FEW['merchants']}": few["page"],
        f"page of {many['merchants']}": lots["page"],
        f"map of {FEW['merchants']}": few["map"],
        f"map of {many['merchants']}": lots["map"],
    }
    return Result(
        "neighbourhood", seconds, f"page of {FEW['merchants']}", {"times_ceiling": MOST_TIMES_FEW}
    )


def _delivery(rounds: int, many: Mapping[str, int]) -> Result:
    with _ground() as ground:
        costs = _measured(ground, many, rounds)
    notes = {
        "choice_seconds_ceiling": MOST_CHOICE_SECONDS,
        "part_of_page_ceiling": MOST_PART_OF_PAGE,
        "campaigns": many["campaigns"],
    }
    return Result("delivery", {name: costs[name] for name in ("choice", "page")}, "page", notes)


@contextmanager
def _ground() -> Iterator[Bench]:
    """Start a server with a space and its members."""
    build(ASSETS)
    with bench() as ground:
        ground.add_database(NAME)
        ground.manage("prepare")
        ground.manage("collectstatic", "--noinput")
        ground.manage("bench_rows")
        yield ground


def _measured(ground: Bench, counts: Mapping[str, int], rounds: int) -> dict[str, list[float]]:
    """Add rows, then measure in a new process; two rounds warm it up."""
    words = [word for name, count in counts.items() for word in (f"--{name}", str(count))]
    ground.manage("bench_catalogue_rows", *words)
    with ground.worker("bench_neighbourhood", process="bench") as worker:
        costs = [_costs(worker) for _number in range(rounds + 2)][2:]
    return {name: [cost[name] for cost in costs] for name in costs[0]}


def _costs(worker: Worker) -> dict[str, float]:
    costs: dict[str, float] = json.loads(worker.ask("round"))
    return costs
