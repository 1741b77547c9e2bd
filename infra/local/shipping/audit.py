"""Check the locked packages for known vulnerabilities: `python -m infra.local.shipping.audit`.

`uv audit` asks OSV. If OSV cannot be reached the result is unknown: a loud line reports it, with
the packages of which the index has newer versions, and the gate continues, since it runs without
the internet too.
"""

import datetime as dt
import os
import subprocess
import sys

COMMAND = ("audit", "--frozen", "--preview-features", "audit-command")
# Words of uv for a service that does not answer; anything else that ends red is a finding.
UNREACHABLE = ("error sending request", "Request failed", "dns error", "operation timed out")
NOT_CHECKED = (
    "!!! KNOWN VULNERABILITIES WERE NOT CHECKED: the service of `uv audit` cannot be reached from"
    " here. Run `uv audit` where it can before a release.\n"
)
# The index's newest versions, also those after the day of the lock.
NEWER = ("pip", "list", "--outdated", "--exclude-newer")
LISTED = "The index has newer versions of these, which may mend what nobody could look up:\n"


def main() -> int:
    """Return 0 if no package has a known vulnerability, or if that cannot be asked."""
    program = os.environ.get("UV", "uv")
    done = subprocess.run([program, *COMMAND], check=False, capture_output=True, text=True)
    output = done.stdout + done.stderr
    if done.returncode != 0 and any(words in output for words in UNREACHABLE):
        sys.stderr.write(NOT_CHECKED + newer_versions(program))
        return 0
    sys.stdout.write(output)
    return done.returncode


def newer_versions(program: str) -> str:
    """Return the installed packages of which the index has newer versions, or an empty text."""
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    words = [program, *NEWER, tomorrow.isoformat()]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    return LISTED + done.stdout if done.returncode == 0 and done.stdout else ""


if __name__ == "__main__":
    sys.exit(main())
