"""Screens that ask every seven seconds: the cost of no, and how soon a change has reached all."""

import json
from typing import Any

from infra.assets.build import ASSETS, build
from infra.benches.bench_servers import prepared_bench
from infra.benches.table import Result

SCREENS, FEW_SCREENS = 5_000, 500
ROUNDS, FEW_ROUNDS = 7, 3
POLL_SECONDS = 7.0
MOST_OF_A_SPACE = 500  # screens, as `kiosk.rules.MOST_SCREENS`: a change is per space
MOST_CORES = 1.0
MOST_SECONDS_TO_ALL = 10.0
MOST_SLIDE_BYTES = 200_000


def run(rounds: int, spaces: int) -> Result:
    """Measure with as many screens as a large installation has."""
    return _run(rounds or ROUNDS, spaces, screens=SCREENS)


def run_short(rounds: int, spaces: int) -> Result:
    """Measure the same with a tenth of the screens, reckoned for all of them."""
    return _run(rounds or FEW_ROUNDS, spaces, screens=FEW_SCREENS)


def _run(rounds: int, _spaces: int, *, screens: int) -> Result:
    build(ASSETS)
    with prepared_bench() as bench:
        bench.manage("collectstatic", "--noinput")
        words = ("bench_kiosk", "--screens", str(screens))
        with bench.worker(*words, process="bench") as worker:
            costs = [json.loads(worker.ask("round")) for _number in range(rounds + 1)][1:]
    for_all = SCREENS / screens
    seconds = {
        name: [cost[name] * for_all for cost in costs] for name in ("unchanged", "changed", "bare")
    }
    return Result("kiosk", seconds, "bare", notes(costs, for_all))


def notes(costs: list[dict[str, Any]], for_all: float) -> dict[str, Any]:
    """Reckon cores and seconds for all screens, and for those of the space that changes."""
    cores = max(cost["unchanged_cpu"] for cost in costs) * for_all / POLL_SECONDS
    changed = max(cost["changed_cpu"] for cost in costs) * for_all
    return {
        "cores": round(cores, 3),
        "cores_ceiling": MOST_CORES,
        "seconds_to_all": round(POLL_SECONDS + changed * MOST_OF_A_SPACE / SCREENS, 2),
        "seconds_to_all_ceiling": MOST_SECONDS_TO_ALL,
        "cpu_seconds_when_all_change": round(changed, 2),
        "slide_bytes": max(cost["slide_bytes"] for cost in costs),
        "slide_bytes_ceiling": MOST_SLIDE_BYTES,
        "unlike": sum(cost["unlike"] for cost in costs),
    }
