"""The search over all rooms of a large space: beside its own bare SQL, and beside a small space."""

import json
import statistics
from typing import Any

from infra.benches.community import MOST_TIMES, small_and_large
from infra.benches.community_sizes import LARGE_SPACE, SMALL_SPACE
from infra.benches.table import Result

ROUNDS = 7
MOST_TIMES_BARE = 2.0
MOST_SQL_MILLISECONDS = 50
SEARCHES = {
    "a word of many": "q=v%C3%A9los",
    "a word of all": "q=remise",
    "two words": "q=velo+pliant",
    "a typo": "q=perceuze",
    "a word of none": "q=montgolfi%C3%A8re",
    "one room, by price": "q=velo&kind=classifieds&sort=price",
    "one room, all of it": "kind=classifieds",
    "gifts near": "free=on&sort=near",
}


def run(rounds: int, spaces: int) -> Result:
    """Measure each search in turn; the first round of all warms up."""
    return _run(rounds, spaces, short=False)


def run_short(rounds: int, spaces: int) -> Result:
    """Measure the same with a large space of a tenth of the size."""
    return _run(rounds, spaces, short=True)


def _run(rounds: int, _spaces: int, *, short: bool) -> Result:
    rounds = rounds or (3 if short else ROUNDS)
    costs: dict[str, list[dict[str, Any]]] = {name: [] for name in SEARCHES}
    with (
        small_and_large(short=short) as ground,
        ground.worker("bench_search", process="bench") as worker,
    ):
        for number in range(rounds + 1):
            for name, address in SEARCHES.items():
                cost = json.loads(worker.ask(address))
                if number:
                    costs[name].append(cost)
    seconds = {
        "bare": _sums(costs, LARGE_SPACE, "bare"),
        "search": _sums(costs, LARGE_SPACE, "seconds"),
        "search, small space": _sums(costs, SMALL_SPACE, "seconds"),
    }
    searches = {f"search: {name}": _compared(each) for name, each in costs.items()}
    ceilings = {
        "times_bare_ceiling": MOST_TIMES_BARE,
        "sql_ms_ceiling": MOST_SQL_MILLISECONDS,
        "times_small_ceiling": MOST_TIMES,
    }
    return Result("search", seconds, "bare", {**ceilings, **searches})


def _sums(costs: dict[str, list[dict[str, Any]]], space: str, name: str) -> list[float]:
    rounds = zip(*costs.values(), strict=True)
    return [sum(cost[space][name] for cost in each) for each in rounds]


def _compared(costs: list[dict[str, Any]]) -> dict[str, Any]:
    large = [cost[LARGE_SPACE] for cost in costs]
    small = [cost[SMALL_SPACE] for cost in costs]
    return {
        "ms": round(1000 * statistics.median(cost["seconds"] for cost in large), 1),
        "sql_ms": round(1000 * statistics.median(cost["bare"] for cost in large), 1),
        "times_bare": round(statistics.median(cost["seconds"] / cost["bare"] for cost in large), 2),
        "times_small": round(
            statistics.median(
                mine["seconds"] / theirs["seconds"]
                for mine, theirs in zip(large, small, strict=True)
            ),
            2,
        ),
        "statements": [small[0]["statements"], large[0]["statements"]],
        "found": [small[0]["found"], large[0]["found"]],
        "forgiving": large[0]["forgiving"],
    }
