"""The books equal a small model after any events, and the database refuses every other change."""

from infra.benches.bench_servers import prepared_bench
from infra.benches.money.billing_services import QUICK
from infra.drills.payments import report_of
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report

FULL = 1_000_000
FAULTS = frozenset({
    "split_rounded_down",
    "credit_rounded_alone",
    "claim_from_the_wrong_place",
    "late_entry_lost",
    "balance_of_booking_day",
    "books_can_be_edited",
    "unbalanced_is_taken",
})  # fmt: skip


def run(options: DrillOptions, bar: Bar) -> Report:
    """Play events in both books, and try every statement that must be refused."""
    rounds = options.rounds or FULL
    with prepared_bench(settings=QUICK) as ground:
        words = ["drill_ledger", "--rounds", str(rounds), "--seed", str(options.seed)]
        env = installation.environment(ground, "bench", plant=options.plant)
        child = installation.begin(ground, words, env)
        return report_of(
            installation.follow(child, installation.output_of(ground, words[0]), bar.at)
        )
