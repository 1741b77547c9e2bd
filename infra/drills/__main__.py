"""`troovon drill NAME`: try to break a guarantee; the last line is a JSON object with counts."""

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from types import ModuleType

from infra.drills.running.harness import Bar, DrillOptions
from infra.local import interruption

# Each is a module of this folder with `run(options, bar)` and `FAULTS`, the names for `--plant`.
DRILLS = (
    "chaos",
    "community",
    "deploy",
    "fuzz",
    "isolation",
    "leaver",
    "ledger",
    "login",
    "move",
    "mutation",
    "notifications",
    "payments",
    "permissions",
    "restore",
    "screens",
    "settlement_mutants",
    "slow-clients",
    "switching",
    "uploads",
    "webhooks",
    "year",
)
# Drills with a long form, which measures pages and memory for so many minutes.
LONG = ("slow-clients", "uploads")
# Drills whose spaces may be spread over two clusters.
SPREAD = ("isolation", "permissions", "switching")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a drill; return 0 only without findings. A signal to end stops its children too."""
    options = _parser().parse_args(argv)
    drill = _module(options.name)
    if options.plant and options.plant not in drill.FAULTS:
        sys.stderr.write(f"{options.name} knows these faults: {', '.join(sorted(drill.FAULTS))}\n")
        return 2
    if options.minutes and options.name not in LONG:
        sys.stderr.write(f"--minutes: {', '.join(LONG)}\n")
        return 2
    if options.cells > 1 and options.name not in SPREAD:
        sys.stderr.write(f"--cells: {', '.join(SPREAD)}\n")
        return 2
    interruption.listen()
    try:
        return _run(options, drill)
    except interruption.Interrupted:
        return interruption.EXIT_CODE


def _run(options: argparse.Namespace, drill: ModuleType) -> int:
    drill_options = DrillOptions(
        rounds=options.rounds,
        seed=options.seed,
        plant=options.plant,
        clients=options.clients,
        seconds=options.seconds,
        minutes=options.minutes,
        cells=options.cells,
    )
    began = time.monotonic()
    report = drill.run(drill_options, Bar(options.name))
    seconds = time.monotonic() - began
    if not options.json:
        sys.stdout.write(f"drill {options.name}: {drill.__doc__}\n{report.table()}\n")
    sys.stdout.write(report.json(options.name, drill_options, seconds) + "\n")
    return 1 if report.found else 0


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"infra.drills.{name.replace('-', '_')}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="troovon drill", description=__doc__)
    parser.add_argument("name", choices=DRILLS)
    parser.add_argument("--rounds", type=int, default=0, help="how much to try (0: full length)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same run")
    parser.add_argument(
        "--clients",
        type=int,
        default=0,
        help="slow-clients: of each kind (200); chaos, deploy: in all",
    )
    parser.add_argument("--seconds", type=int, default=0, help="slow-clients: how long (45)")
    parser.add_argument(
        "--minutes",
        type=float,
        default=0,
        help="slow-clients, uploads: so many minutes of each trial, judged on a quiet machine",
    )
    parser.add_argument(
        "--cells", type=int, choices=(1, 2), default=1, help="clusters that hold the spaces"
    )
    parser.add_argument("--plant", default="", help="build a fault in, to see it found")
    parser.add_argument("--json", action="store_true", help="one JSON line and nothing else")
    return parser


if __name__ == "__main__":
    sys.exit(main())
