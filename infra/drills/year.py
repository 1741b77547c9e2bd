"""A year of sales, refunds, disputes and payouts is closed, equal to Stripe, bank and CA3."""

from infra.benches.money.billing_services import QUICK, billing_bench
from infra.drills.payments import report_of
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report

FULL, KILLS_A_ROUND = 20, 2
FAULTS = frozenset({"bank_line_left_out", "fee_as_percentage", "locks_ignored", "vat_left_out"})


def run(options: DrillOptions, bar: Bar) -> Report:
    """Play twelve months with so many orders in each, while processes are killed."""
    rounds = options.rounds or FULL
    with billing_bench(settings=QUICK) as place:
        words = ["drill_year", "--rounds", str(rounds), "--seed", str(options.seed)]
        words += ["--kills", str(KILLS_A_ROUND * rounds)]
        child = installation.begin(place.bench, words, place.environment(plant=options.plant))
        return report_of(
            installation.follow(child, installation.output_of(place.bench, words[0]), bar.at)
        )
