"""Rival requests for a slot, place, seat or thing: only as many succeed as fit, despite kills."""

from infra.benches.bench_servers import prepared_bench
from infra.benches.money.billing_services import QUICK
from infra.drills.payments import report_of
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report

FULL = 2_000_000
FAULTS = frozenset({"place_without_lock", "seat_without_lock", "hold_without_lock"})


def run(options: DrillOptions, bar: Bar) -> Report:
    """Let fifty members try at once, kill their processes, and compare with a model."""
    with prepared_bench(settings=QUICK) as ground:
        words = ["drill_community", "--rounds", str(options.rounds or FULL)]
        words += ["--seed", str(options.seed)]
        env = installation.environment(ground, "bench", plant=options.plant)
        child = installation.begin(ground, words, env)
        return report_of(
            installation.follow(child, installation.output_of(ground, words[0]), bar.at)
        )
