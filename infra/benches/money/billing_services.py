"""Fixtures for drills and benches of money: the two spaces, and a simulator beside them."""

import contextlib
import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.benches.bench_servers import NAME, Bench, Worker, prepared_bench, working
from infra.local import environment, processes
from infra.local.processes import Child

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ENDPOINTS = ("SNAPSHOT", "CONNECTED", "THIN")
SETTINGS = "infra.drills.settings.drill"
HOLD_DAYS = "3"
HOST = "localhost:8000"
PATIENCE = 30


@dataclass(frozen=True)
class BillingBench:
    """A cluster with spaces, and where its simulator answers."""

    bench: Bench
    api_base: str
    api_key: str
    simulator: Child

    def environment(
        self, *, plant: str = "", settings: str = SETTINGS, database: str = NAME
    ) -> dict[str, str]:
        """Return a product process's environment, with Stripe's address and the planted fault."""
        return {
            **self.bench.environment(database, settings, "bench"),
            **stripe_names(self.api_base, self.api_key),
            "BASE_HOST": HOST,
            "TROOVON_SHARE_HOLD": HOLD_DAYS,
            "LOG_LEVEL": "CRITICAL",
            "TROOVON_PLANT": plant,
        }

    def worker(self, *words: str) -> contextlib.AbstractContextManager[Worker]:
        """Run a command of manage.py that answers each line and has the simulator's address."""
        return working(words, self.environment(), self.bench.folder / f"{words[0]}.log")


def secret_of(endpoint: str) -> str:
    """Return the signing secret of a webhook endpoint."""
    return f"whsec_drill_{endpoint.lower()}"


def stripe_names(api_base: str, api_key: str) -> dict[str, str]:
    """Return the settings that point to Stripe."""
    return {
        "STRIPE_API_BASE": api_base,
        "STRIPE_SECRET_KEY": api_key,
        **{f"STRIPE_WEBHOOK_SECRETS_{endpoint}": secret_of(endpoint) for endpoint in ENDPOINTS},
    }


@contextlib.contextmanager
def billing_bench(settings: Mapping[str, str] | None = None) -> Iterator[BillingBench]:
    """Prepare the two spaces on a cluster of their own, and start a simulator."""
    with (
        prepared_bench(settings=settings) as bench,
        simulator(bench.folder) as (api_base, api_key, child),
    ):
        yield BillingBench(bench, api_base, api_key, child)


@contextlib.contextmanager
def simulator(folder: Path, state: Path | None = None) -> Iterator[tuple[str, str, Child]]:
    """Run a simulator, optionally from a saved state; yield its address, key and process."""
    api_key = f"sk_test_{secrets.token_hex(12)}"
    ready = folder / f"simulator-{secrets.token_hex(4)}.ready"
    state_file = ["--state-file", str(state)] if state else []
    child = processes.start(
        "simulator",
        [
            *(sys.executable, "-m", "infra.stripe_simulator", "--port", "0", *state_file),
            *("--webhooks-base", "http://127.0.0.1:1", "--webhook-host", HOST),
        ],
        log=folder / "simulator.log",
        env=_environment(api_key),
        stdout=ready,
    )
    try:
        line = processes.first_line(child, ready, seconds=PATIENCE)
        yield json.loads(line)["api_base"], api_key, child
    finally:
        processes.stop([child])


def _environment(api_key: str) -> dict[str, str]:
    """Return the simulator's environment: its API key and the webhook secrets."""
    return {
        **environment.environment_without_ours(),
        "SIMULATOR_API_KEY": api_key,
        **{f"SIMULATOR_{endpoint}_SECRET": secret_of(endpoint) for endpoint in ENDPOINTS},
    }
