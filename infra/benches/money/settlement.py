"""Orders settled by webhook, books and transfer, against stripe-python's calls and bare inserts."""

import statistics

from infra.benches.money.billing_services import billing_bench
from infra.benches.table import Result

ROUNDS = 11
ORDERS = 40


def run(rounds: int, _spaces: int, orders: int = ORDERS) -> Result:
    """Settle as many orders with both in turn, on durable tables and the same simulator."""
    rounds = rounds or ROUNDS
    with billing_bench() as place, place.worker("bench_settlement") as worker:
        names = {"troovon": "ours", "bare": "bare", "simulator": "calls"}
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(rounds):
            for name, word in names.items():
                seconds[name].append(float(worker.ask(f"{word} {orders}")))
    return Result("settlement", seconds, "bare", {
        "orders_a_round": orders,
        "calls_an_order": 2,
        **{
            f"{name}_orders_a_second": round(orders / statistics.median(seconds[name]), 1)
            for name in ("troovon", "bare")
        },
        "simulator_calls_a_second": round(orders / statistics.median(seconds["simulator"]), 1),
        "left_out": "papers, letters and the space's figures, which follow by themselves",
    })  # fmt: skip
