"""The benches of money at their smallest: each settles, posts or compares something real."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.benches.__main__ import BENCHES
from infra.benches.bench_servers import Worker, working
from infra.benches.money import checkout, ledger, reconciliation, settlement
from infra.benches.money.billing_services import simulator, stripe_names
from tests.fixtures.services import Simulator
from tests.infra.drills import drill_processes

pytestmark = pytest.mark.usefixtures("own_database")


@contextmanager
def worker(folder: Path, name: str, **more: str) -> Iterator[Worker]:
    env = {**drill_processes.environment("bench"), **more}
    with working([name], env, folder / f"{name}.log") as found:
        yield found


@pytest.mark.proof
def test_orders_are_settled_by_both(stripe_simulator: Simulator, tmp_path: Path) -> None:
    with worker(tmp_path, "bench_settlement", TROOVON_SHARE_HOLD="3") as bench:
        assert all(float(bench.ask(f"{word} 2")) > 0 for word in ("ours", "bare", "calls"))


@pytest.mark.proof
def test_the_books_are_filled_added_up_and_asked(tmp_path: Path) -> None:
    with worker(tmp_path, "bench_ledger") as bench:
        assert all(float(bench.ask(f"{word} 5")) > 0 for word in ("ours", "raw"))
        assert int(bench.ask("fill 200")) > 200
        assert float(bench.ask("close")) > 0
        assert json.loads(bench.ask("trace"))["median"] > 0
        assert json.loads(bench.ask("balance"))["median"] > 0


@pytest.mark.proof
def test_simulator_s_balance_agrees_with_the_books(tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    reconciliation.remember(state, 30)
    with (
        simulator(tmp_path, state) as (base, key, _),
        worker(tmp_path, "bench_reconciliation", **stripe_names(base, key)) as bench,
    ):
        bench.ask("fill 30")
        report = json.loads(bench.ask("compare"))
        assert (report["state"], report["compared"], report["differing"]) == ("agrees", 30, 0)
        assert float(bench.ask("read")) > 0


def test_each_can_be_asked_for_by_its_name() -> None:
    benches = {"settlement": settlement.run, "ledger": ledger.run, "checkout": checkout.run}
    assert BENCHES | benches == BENCHES
    assert os.environ["STRIPE_SECRET_KEY"].startswith("sk_test_")
