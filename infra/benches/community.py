"""Pages of a space with very many of each, beside the same pages where there are fifty."""

import json
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from infra.assets.build import ASSETS, build
from infra.benches.bench_servers import NAME, Bench, prepared_bench
from infra.benches.community_sizes import LARGE_SPACE, SMALL_SPACE
from infra.benches.table import Result

ROUNDS = 7
MOST_TIMES = 1.3
PAGES: Mapping[str, str] = {
    "home": "/",
    "classifieds": "/classifieds/",
    "classifieds, searched": "/classifieds/?q=velo",
    "classified": "/classifieds/PA-1/",
    "things": "/lending/",
    "things at the break": "/lending/?free=break",
    "thing and its calendar": "/lending/OB-1/",
    "own loans": "/lending/loans/",
    "gatherings": "/gatherings/",
    "gathering": "/gatherings/GA-1/",
    "own gatherings": "/gatherings/mine/",
    "rides": "/rides/",
    "ride": "/rides/RI-1/",
    "deals": "/deals/",
    "deal": "/deals/BP-1/",
    "inbox": "/messages/",
    "conversation": "/messages/CO-1/",
    "search": "/search/?q=velo",
    "search of one room": "/search/?q=remise&kind=classifieds",
    "favourites": "/saved/",
    "colleague": "/people/M-2/",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def run(rounds: int, spaces: int) -> Result:
    """Measure each page in turn; the first round of all warms up."""
    return _run(rounds, spaces, short=False)


def run_short(rounds: int, spaces: int) -> Result:
    """Measure the same with a large space of a tenth of the size."""
    return _run(rounds, spaces, short=True)


def _run(rounds: int, _spaces: int, *, short: bool) -> Result:
    rounds = rounds or (3 if short else ROUNDS)
    costs: dict[str, list[dict[str, Any]]] = {page: [] for page in PAGES}
    with (
        small_and_large(short=short) as bench,
        bench.worker("bench_community", process="bench") as worker,
    ):
        for number in range(rounds + 1):
            for page, address in PAGES.items():
                cost = json.loads(worker.ask(address))
                if number:
                    costs[page].append(cost)
    pages = {page: _compared(each) for page, each in costs.items()}
    seconds = {
        name: [
            sum(each[number][space]["seconds"] for each in costs.values())
            for number in range(rounds)
        ]
        for name, space in (("small", SMALL_SPACE), ("large", LARGE_SPACE))
    }
    return Result("community", seconds, "small", _notes(pages))


def _compared(costs: list[dict[str, Any]]) -> dict[str, Any]:
    """Compare a page in both spaces: the median of the rounds' ratios."""
    small = [cost[SMALL_SPACE] for cost in costs]
    large = [cost[LARGE_SPACE] for cost in costs]
    ratios = [
        mine["seconds"] / theirs["seconds"] for mine, theirs in zip(large, small, strict=True)
    ]
    return {
        "small_ms": _milliseconds(small, "seconds"),
        "large_ms": _milliseconds(large, "seconds"),
        "small_sql_ms": _milliseconds(small, "database"),
        "large_sql_ms": _milliseconds(large, "database"),
        "ratio": round(statistics.median(ratios), 2),
        "statements": [small[0]["statements"], large[0]["statements"]],
    }


def _milliseconds(costs: list[dict[str, Any]], name: str) -> float:
    return float(round(1000 * statistics.median(cost[name] for cost in costs), 1))


def _notes(pages: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "times_ceiling": MOST_TIMES,
        "slower": {page: one["ratio"] for page, one in pages.items() if one["ratio"] > MOST_TIMES},
        "other_statements": {
            page: one["statements"]
            for page, one in pages.items()
            if one["statements"][0] != one["statements"][1]
        },
        **{f"page: {page}": one for page, one in pages.items()},
    }


@contextmanager
def small_and_large(*, short: bool) -> Iterator[Bench]:
    """Start a server with the small space and the large space."""
    with prepared_bench(settings=FAST) as bench:
        build(ASSETS)
        bench.manage("collectstatic", "--noinput")
        bench.manage("bench_community_rows", "--large", "short" if short else "large")
        with psycopg.connect(bench.admin, dbname=NAME, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
        yield bench
