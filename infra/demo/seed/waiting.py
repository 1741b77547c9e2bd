"""How the seed waits for the running product: mails in the outbox, states in the database."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.05


def until[R](what: str, ask: Callable[[], R | None]) -> R:
    """Poll until there is a result and return it. Raises TimeoutError with the missing item."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(PAUSE_SECONDS)
    raise TimeoutError(f"{what} did not come in {PATIENCE_SECONDS:.0f} s")


def mailed_path(address: str, containing: str) -> str:
    """Return the path of the newest link mailed to an address that holds some text."""
    return until(f"a mail to {address}", lambda: _newest_path(address, containing))


def _newest_path(address: str, containing: str) -> str | None:
    for path in sorted((Path(settings.DATA_DIR) / "outbox").glob("*.json"), reverse=True):
        message = json.loads(path.read_text())
        links = [link for link in message["links"] if containing in link]
        if address in message["to"] and links:
            return str(urlsplit(links[0]).path)
    return None
