"""A screen never goes black, shows nothing that was taken down, and counts each play once."""

from infra.benches.bench_servers import prepared_bench
from infra.drills.payments import report_of
from infra.drills.running import installation
from infra.drills.running.harness import Bar, DrillOptions, Report

FULL = 24 * 60
FAULTS = frozenset({"black_frame", "play_twice", "play_lost", "stays_up"})


def run(options: DrillOptions, bar: Bar) -> Report:
    """Let a screen live through a day, or through as many minutes as rounds are asked for."""
    minutes = options.rounds or FULL
    with prepared_bench() as ground:
        words = ["drill_screens", "--rounds", str(minutes), "--seed", str(options.seed)]
        words += ["--plant", options.plant] if options.plant else []
        child = installation.begin(ground, words, installation.environment(ground, "bench"))
        return report_of(
            installation.follow(child, installation.output_of(ground, words[0]), bar.at)
        )
