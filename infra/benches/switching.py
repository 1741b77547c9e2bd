"""From space to space, against stock django-tenants: statements, pages, a backend's memory."""

import contextlib
import json
import statistics

from infra.assets.build import ASSETS, build
from infra.benches.bench_servers import NAME, SETTINGS, Bench, Worker, bench
from infra.benches.table import Result

ROUNDS = 9
SPACES = 1_000
ROWS = 12
STOCK_SETTINGS = "infra.benches.settings.stock_tenants"


def run(rounds: int, spaces: int) -> Result:
    """Measure all in turn, round by round, over `spaces` spaces of equal content."""
    rounds, spaces = rounds or ROUNDS, spaces or SPACES
    with bench() as ground, contextlib.ExitStack() as stack:
        _fill(ground, spaces)
        ours, stock = (
            stack.enter_context(
                ground.worker("bench_switching", str(spaces), settings=settings, process=process)
            )
            # Stock Django has a single login, which owns everything.
            for settings, process in ((SETTINGS, "bench"), (STOCK_SETTINGS, "manage"))
        )
        memory = _first_lap(ours)
        seconds: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, (worker, word) in {
                "one statement, staying": (ours, "stay"),
                "one statement, switching": (ours, "turn"),
                "stock, staying": (stock, "stay"),
                "stock, switching": (stock, "turn"),
                "home page of one space": (ours, "page"),
                "home pages in turn": (ours, "pages"),
            }.items():
                seconds.setdefault(name, []).append(float(json.loads(worker.ask(word))))
        return Result("switching", seconds, "stock, switching", {
            "spaces": spaces,
            "switch_microseconds": _difference(seconds, "one statement"),
            "stock_switch_microseconds": _difference(seconds, "stock"),
            "pages_in_turn_to_one": _ratio(seconds),
            **memory,
        })  # fmt: skip


def _fill(ground: Bench, spaces: int) -> None:
    build(ASSETS)
    ground.add_database(NAME)
    ground.manage("prepare")
    ground.manage("collectstatic", "--noinput")
    with ground.worker("drill_restore", process="bench") as people:
        people.ask(f"found {spaces}")
        people.ask(f"fill {spaces} {ROWS}")


def _first_lap(worker: Worker) -> dict[str, float]:
    """Visit every space once, so that nothing is measured cold, and weigh the server process."""
    json.loads(worker.ask("page"))
    before = json.loads(worker.ask("memory"))
    cold = json.loads(worker.ask("lap"))
    after = json.loads(worker.ask("memory"))
    return {
        "backend_mib_after_one_space": round(before / 2**20, 1),
        "backend_mib_after_all": round(after / 2**20, 1),
        "first_visit_milliseconds": round(1000 * cold, 2),
    }


def _difference(seconds: dict[str, list[float]], who: str) -> float:
    rounds = zip(seconds[f"{who}, switching"], seconds[f"{who}, staying"], strict=True)
    return round(1e6 * statistics.median(turn - stay for turn, stay in rounds), 1)


def _ratio(seconds: dict[str, list[float]]) -> float:
    rounds = zip(seconds["home pages in turn"], seconds["home page of one space"], strict=True)
    return round(statistics.median(turn / one for turn, one in rounds), 3)
