"""The authenticator app of the demo's people: `troovon code` prints its code."""

import argparse
import sys
import time

import pyotp

# The secret of all second factors in the demo: its operators and the councils' people.
SECRET = "TROOVONDEMOTROOVONDEMOTROOVONDEM"  # noqa: S105 - the demo prints it
STEP_SECONDS = 30


class Authenticator:
    """An app that never shows a code twice: each opens once, and the next comes within a minute."""

    def __init__(self, secret: str = SECRET) -> None:
        self._codes = pyotp.TOTP(secret)
        self._last = 0

    def code(self) -> str:
        """Return a code that this app has not shown yet; wait for the next if all were shown."""
        while True:
            present = int(time.time()) // STEP_SECONDS
            step = max(present, self._last + 1)
            if step <= present + 1:  # the house lets a clock be half a minute ahead
                self._last = step
                return self._codes.at(step * STEP_SECONDS)
            time.sleep(1)


def main() -> int:
    """Print the code of now, and how long it lasts."""
    argparse.ArgumentParser(prog="troovon code", description=__doc__).parse_args()
    remaining = STEP_SECONDS - int(time.time()) % STEP_SECONDS
    sys.stdout.write(f"{pyotp.TOTP(SECRET).now()}\n")
    sys.stderr.write(f"{remaining} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
