"""`troovon bench NAME`: print a table, and a JSON object as the last line."""

import argparse
import sys
from collections.abc import Callable, Sequence

from infra.benches import (
    community,
    counting,
    kiosk,
    migrations,
    neighbourhood,
    notifications,
    provisioning,
    request,
    restore,
    roster,
    search,
    switching,
)
from infra.benches.money import checkout, ledger, reconciliation, settlement
from infra.benches.table import Result
from infra.local import interruption

BENCHES: dict[str, Callable[[int, int], Result]] = {
    "checkout": checkout.run,
    "community": community.run,
    "counting": counting.run,
    "delivery": neighbourhood.run_delivery,
    "kiosk": kiosk.run,
    "ledger": ledger.run,
    "migrations": migrations.run,
    "neighbourhood": neighbourhood.run,
    "notifications": notifications.run,
    "provisioning": provisioning.run,
    "reconciliation": reconciliation.run,
    "request": request.run,
    "restore": restore.run,
    "roster": roster.run,
    "search": search.run,
    "settlement": settlement.run,
    "switching": switching.run,
}
SHORT_FORMS: dict[str, Callable[[int, int], Result]] = {
    "community": community.run_short,
    "counting": counting.run_short,
    "delivery": neighbourhood.run_delivery_short,
    "kiosk": kiosk.run_short,
    "neighbourhood": neighbourhood.run_short,
    "search": search.run_short,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a bench and print its figures."""
    parser = argparse.ArgumentParser(prog="troovon bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--rounds", type=int, default=0, help="how many rounds (0: the bench's)")
    parser.add_argument("--spaces", type=int, default=0, help="how many spaces stand there before")
    parser.add_argument("--short", action="store_true", help="a smaller form, where there is one")
    options = parser.parse_args(argv)
    interruption.listen()
    try:
        run = SHORT_FORMS.get(options.name) if options.short else None
        result = (run or BENCHES[options.name])(options.rounds, options.spaces)
    except interruption.Interrupted:
        return interruption.EXIT_CODE
    sys.stdout.write(result.table() + "\n" + result.json() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
