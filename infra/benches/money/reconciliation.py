"""A night's comparison of many balance transactions with the books, against the bare reading."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from infra.benches.bench_servers import NAME, prepared_bench, working
from infra.benches.money.billing_services import SETTINGS, simulator, stripe_names
from infra.benches.table import Result
from infra.stripe_simulator.store import PLATFORM

ROUNDS = 1
MOVES = 100_000
GROSS, FEE = 120, 27


def run(rounds: int, _spaces: int, *, moves: int = MOVES) -> Result:
    """Compare the given number of a simulator's balance transactions with as many ledger events."""
    rounds = rounds or ROUNDS
    with prepared_bench() as ground:
        state = ground.folder / "state.sqlite"
        remember(state, moves)
        with simulator(ground.folder, state) as (api_base, api_key, _):
            env = {
                **ground.environment(NAME, SETTINGS, "bench"),
                **stripe_names(api_base, api_key),
            }
            log = ground.folder / "reconciliation.log"
            with working(["bench_reconciliation"], env, log) as worker:
                worker.ask(f"fill {moves}")
                measured = [json.loads(worker.ask("compare")) for _ in range(rounds)]
                seconds = {
                    "troovon": [float(one["seconds"]) for one in measured],
                    "bare reading": [float(worker.ask("read")) for _ in range(rounds)],
                }
    return Result("reconciliation", seconds, "bare reading", {
        "balance_transactions": moves,
        "rows_a_second": round(moves / min(seconds["troovon"])),
        "state": measured[-1]["state"],
        "compared": measured[-1]["compared"],
        "differing": measured[-1]["differing"],
        "peak_mib": measured[-1]["peak_mib"],
        "peak_mib_before": measured[-1]["peak_mib_before"],
    })  # fmt: skip


def remember(state: Path, moves: int) -> None:
    """Write the simulator's own file: a balance that so many payments have made."""
    now = int(time.time())
    with sqlite3.connect(state) as disk:
        disk.execute(
            "CREATE TABLE record (kind TEXT, id TEXT, place INTEGER, body TEXT,"
            " PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        disk.executemany("INSERT INTO record VALUES (?, ?, ?, ?)", _records(moves, now))
    disk.close()


def _records(moves: int, now: int) -> Iterator[tuple[str, str, int, str]]:
    for number in range(1, moves + 1):
        move = {
            "id": f"txn_{number:024}",
            "object": "balance_transaction",
            "amount": GROSS,
            "available_on": now - 60,
            "balance_type": "payments",
            "created": now - 86_400 + number % 80_000,
            "currency": "eur",
            "description": None,
            "exchange_rate": None,
            "fee": FEE,
            "fee_details": [],
            "net": GROSS - FEE,
            "reporting_category": "charge",
            "source": f"ch_OB{number}",
            "status": "available",
            "type": "charge",
            "_owner": PLATFORM,
            "_order": number,
        }
        yield "balance_transaction", str(move["id"]), number, json.dumps(move)
    sums = {"eur": moves * (GROSS - FEE)}
    body = {"id": f"sums:{PLATFORM}", "available": sums, "pending": {}, "_order": moves + 1}
    yield "balance_sums", str(body["id"]), moves + 1, json.dumps(body)
