"""Postings a second against raw inserts under the same triggers; questions to large books."""

import json
from typing import Any

from infra.benches.bench_servers import Worker, prepared_bench
from infra.benches.table import Result

ROUNDS = 9
EVENTS = 300
SMALL, LARGE = 10_000, 1_000_000
SETTINGS = "infra.drills.settings.drill"


def run(rounds: int, _spaces: int, *, events: int = EVENTS, large: int = LARGE) -> Result:
    """Post in turn on durable tables, then fill the books and ask them, small and large."""
    rounds = rounds or ROUNDS
    with (
        prepared_bench() as bench,
        bench.worker("bench_ledger", settings=SETTINGS, process="bench") as worker,
    ):
        seconds: dict[str, list[float]] = {"troovon": [], "raw": []}
        for word in ("ours", "raw"):
            worker.ask(f"{word} {events}")
        for _ in range(rounds):
            for name, word in (("troovon", "ours"), ("raw", "raw")):
                seconds[name].append(float(worker.ask(f"{word} {events}")))
        notes = {f"at_{size}": _measure(worker, size) for size in (min(SMALL, large), large)}
    return Result("ledger", seconds, "raw", {
        "events_a_round": events,
        "entries_of_an_event": 2,
        **{
            f"{name}_events_a_second": round(events / min(values))
            for name, values in seconds.items()
        },
        **notes,
        "filled_by": "set-based SQL under all triggers and constraints",
    })  # fmt: skip


def _measure(worker: Worker, size: int) -> dict[str, Any]:
    """Fill the books up to a size, add them up, follow euros and ask for balances."""
    entries = int(worker.ask("fill 0"))
    entries = int(worker.ask(f"fill {max(0, size - entries)}"))
    return {
        "entries": entries,
        "nightly_closing_of_a_year_seconds": round(float(worker.ask("close")), 2),
        "trace_milliseconds": json.loads(worker.ask("trace")),
        "balance_at_a_date_milliseconds": json.loads(worker.ask("balance")),
    }
