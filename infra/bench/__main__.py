"""`troovon bench NAME`: print a table, and one JSON object as the last line."""

import argparse
import sys
from collections.abc import Sequence

from infra.bench import provisioning, request
from infra.bench.table import Result

BENCHES = {"provisioning": provisioning.run, "request": request.run}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one bench and show what it measured."""
    parser = argparse.ArgumentParser(prog="troovon bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--rounds", type=int, default=0, help="how many rounds (0: the bench's)")
    parser.add_argument("--spaces", type=int, default=0, help="how many spaces stand there before")
    asked = parser.parse_args(argv)
    result: Result = BENCHES[asked.name](asked.rounds, asked.spaces)
    sys.stdout.write(result.table() + "\n" + result.json() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
