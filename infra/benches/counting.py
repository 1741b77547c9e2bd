"""Views of placements counted by several processes, beside a row by a statement for each view.

At the end a process that counts is killed between two instructions, again and again: each view
that was answered must be in the table, and none twice.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

import psycopg

from infra.assets.build import ASSETS, build
from infra.benches.bench_servers import NAME, SETTINGS, Bench, Worker, bench
from infra.benches.neighbourhood import FEW
from infra.benches.table import Result
from infra.local.processes import ROOT

ROUNDS, VIEWS, PROCESSES, KILLS = 5, 20_000, 4, 10
GOAL_A_SECOND = 10_000
_EMPTY = "TRUNCATE north.neighbourhood_placementevent"
_COUNT = """
    SELECT count(*), count(DISTINCT (flight_reference, day, kind, pseudonym))
    FROM north.neighbourhood_placementevent
"""
_NAIVE = """
    INSERT INTO north.neighbourhood_placementevent (flight_reference, day, kind, pseudonym, at)
    VALUES (%s, current_date, 'view', %s, now()) ON CONFLICT DO NOTHING
"""


def run(rounds: int, _spaces: int) -> Result:
    """Measure ours and the naive peer in turn, then kill ours while it counts."""
    return _run(rounds or ROUNDS, views=VIEWS, kills=KILLS)


def run_short(rounds: int, _spaces: int) -> Result:
    """Measure the same with a tenth of the views."""
    return _run(rounds or 2, views=VIEWS // 10, kills=3)


def _run(rounds: int, *, views: int, kills: int) -> Result:
    build(ASSETS)
    seconds: dict[str, list[float]] = {"counted": [], "a row a statement": []}
    with bench() as ground, contextlib.ExitStack() as stack:
        _fill(ground)
        url = psycopg.conninfo.make_conninfo(ground.admin, dbname=NAME)
        workers = [
            stack.enter_context(ground.worker("bench_counting", process="bench"))
            for _number in range(PROCESSES)
        ]
        for number in range(rounds + 1):
            ours, naive = _together(workers, views, url), _naive(url, views)
            if number:
                seconds["counted"].append(ours)
                seconds["a row a statement"].append(naive)
        lost = sum(_lost_by_kill(ground, url) for _number in range(kills))
    best = min(seconds["counted"])
    notes = {
        "views_a_second": round(views / best),
        "goal_a_second": GOAL_A_SECOND,
        "naive_a_second": round(views / min(seconds["a row a statement"])),
        "kills": kills,
        "lost_or_doubled": lost,
    }
    return Result("counting", seconds, "a row a statement", notes)


def _fill(ground: Bench) -> None:
    ground.add_database(NAME)
    ground.manage("prepare")
    ground.manage("bench_rows")
    words = [word for name, count in FEW.items() for word in (f"--{name}", str(count))]
    ground.manage("bench_catalogue_rows", *words)


def _together(workers: list[Worker], views: int, url: str) -> float:
    """Return the seconds in which several processes count so many views of other members."""
    _empty(url)
    began = time.perf_counter()
    with ThreadPoolExecutor(len(workers)) as threads:
        list(threads.map(lambda worker: worker.ask(f"round {views // PROCESSES}"), workers))
    return time.perf_counter() - began


def _naive(url: str, views: int) -> float:
    """Return the seconds in which as many connections write a row by a statement for each view."""
    _empty(url)

    def write(part: int) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            for number in range(views // PROCESSES):
                connection.execute(_NAIVE, (f"FL-{number % 10}", f"{part}-{number // 10}"))

    began = time.perf_counter()
    with ThreadPoolExecutor(PROCESSES) as threads:
        list(threads.map(write, range(PROCESSES)))
    return time.perf_counter() - began


def _lost_by_kill(ground: Bench, url: str) -> int:
    """Kill a process that counts; return the views that it answered and that are not there."""
    _empty(url)
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and command
        [sys.executable, str(ROOT / "manage.py"), "bench_counting", "--skip-checks"],
        env={**os.environ, **ground.environment(NAME, SETTINGS, "bench")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    stdin, stdout = cast("IO[str]", child.stdin), cast("IO[str]", child.stdout)
    stdin.write("forever\n")
    stdin.flush()
    answered = int(stdout.readline())
    time.sleep(random.uniform(0.05, 0.6))  # noqa: S311 - when to kill it is no secret
    child.send_signal(signal.SIGKILL)
    for line in stdout:
        answered = int(line) if line.endswith("\n") else answered
    child.wait(timeout=30)
    [rows, single] = _one(url, _COUNT)
    lost: int = max(0, answered - rows) + (rows - single)
    return lost


def _empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_EMPTY)


def _one(url: str, statement: str) -> Any:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchone()
