"""Each order is paid once, no share is sent twice, and no cent is lost, despite kills."""

from typing import Any

from infra.benches.money.billing_services import QUICK, billing_bench
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report

FULL, FULL_KILLS = 100_000, 2_500
FAULTS = frozenset({
    "booked_twice",
    "call_before_commit",
    "fee_as_percentage",
    "key_of_each_try",
    "lost_answer_is_failure",
    "refund_without_sum",
    "refusal_borne_by_all",
    "reversal_booked_twice",
    "share_without_lock",
    "split_rounded_down",
})  # fmt: skip


def run(options: DrillOptions, bar: Bar) -> Report:
    """Let a town pay, refund and contest while the network fails and processes are killed."""
    rounds = options.rounds or FULL
    with billing_bench(settings=QUICK) as place:
        words = ["drill_payments", "--rounds", str(rounds), "--seed", str(options.seed)]
        words += ["--kills", str(kills_of(rounds))]
        child = installation.begin(place.bench, words, place.environment(plant=options.plant))
        return report_of(
            installation.follow(child, installation.output_of(place.bench, words[0]), bar.at)
        )


def kills_of(rounds: int) -> int:
    """Return how many processes are killed: 2,500 of 100,000 payments."""
    return -(-rounds * FULL_KILLS // FULL)


def report_of(result: dict[str, Any]) -> Report:
    """Return the inner half's counts and findings as a report."""
    report = Report()
    report.tried.update(result.pop("tried"))
    for what in result.pop("found"):
        report.find(what)
    report.notes.update(result)
    return report
