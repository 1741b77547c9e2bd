"""`troovon bench NAME`: print a table, and one JSON object as the last line."""

import argparse
import sys
from collections.abc import Callable, Sequence

from infra.benches import (
    checkout,
    ledger,
    migrations,
    notifications,
    provisioning,
    reconciliation,
    request,
    restore,
    settlement,
    switching,
)
from infra.benches.table import Result
from infra.local import interruption

BENCHES: dict[str, Callable[[int, int], Result]] = {
    "checkout": checkout.run,
    "ledger": ledger.run,
    "migrations": migrations.run,
    "notifications": notifications.run,
    "provisioning": provisioning.run,
    "reconciliation": reconciliation.run,
    "request": request.run,
    "restore": restore.run,
    "settlement": settlement.run,
    "switching": switching.run,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one bench and show what it measured."""
    parser = argparse.ArgumentParser(prog="troovon bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--rounds", type=int, default=0, help="how many rounds (0: the bench's)")
    parser.add_argument("--spaces", type=int, default=0, help="how many spaces stand there before")
    asked = parser.parse_args(argv)
    interruption.listen()
    try:
        result = BENCHES[asked.name](asked.rounds, asked.spaces)
    except interruption.Interrupted:
        return interruption.EXIT_CODE
    sys.stdout.write(result.table() + "\n" + result.json() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
