"""A stand-in of an approved platform for the demo and tests: a file in the data directory.

`einvoicing.json` holds its documents, each once for its key, the statuses that it reports, and
`plan`: the answer to the next deposits (`away`, `lost` for a deposit whose answer is lost, or
`rejected`); an empty plan accepts.
"""

import base64
import contextlib
import datetime as dt
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from billing.einvoicing.gateway.platform import (
    Deposit,
    PlatformAwayError,
    PlatformRefusedError,
    Supplied,
    Update,
)

FILE = "einvoicing.json"
_EMPTY: dict[str, Any] = {"flows": {}, "updates": [], "supplied": [], "reported": {}, "plan": []}


class StandIn:
    """The platform in a file; several processes may use it at once."""

    def deposit(self, deposit: Deposit) -> str:
        """Keep a document, once for its key, and deliver it to its buyer at once."""
        with self._changed() as stored:
            plan = stored["plan"].pop(0) if stored["plan"] else "accepted"
            if plan == "away":
                raise PlatformAwayError("503")
            if plan == "rejected":
                raise PlatformRefusedError("SIREN inconnu de l’annuaire")
            is_new = deposit.key not in stored["flows"]
            flow_id = f"flow-{deposit.key}"
            stored["flows"][deposit.key] = {"name": deposit.name, "sha256": deposit.sha256}
            if is_new:
                stored["updates"].append([flow_id, "202", ""])
        if plan == "lost":
            raise PlatformAwayError("timeout")
        return flow_id

    def updates(self, _since: dt.datetime, /) -> list[Update]:
        """Return all statuses; the moment is not kept."""
        with self._changed() as stored:
            return [Update(*one) for one in stored["updates"]]

    def supplied(self, _since: dt.datetime, /) -> list[Supplied]:
        """Return all invoices of suppliers."""
        with self._changed() as stored:
            return [
                Supplied(**{**one, "content": base64.b64decode(one["content"])})
                for one in stored["supplied"]
            ]

    def report(self, platform_id: str, code: str, *, reason: str, key: str) -> None:
        """Keep our status, once for its key."""
        with self._changed() as stored:
            stored["reported"][f"{key}-{code}"] = [platform_id, code, reason]

    def plan(self, *answers: str) -> None:
        """Set the answers to the next deposits."""
        with self._changed() as stored:
            stored["plan"] = list(answers)

    def announce(self, platform_id: str, code: str, reason: str = "") -> None:
        """Report a status, as a buyer or another platform does."""
        with self._changed() as stored:
            stored["updates"].append([platform_id, code, reason])

    def supply(self, invoice: Supplied) -> None:
        """Deliver an invoice of a supplier."""
        with self._changed() as stored:
            content = base64.b64encode(invoice.content).decode()
            stored["supplied"].append({**invoice._asdict(), "content": content})

    def stored(self) -> dict[str, Any]:
        """Return all that the platform holds."""
        with self._changed() as stored:
            return dict(stored)

    @contextlib.contextmanager
    def _changed(self) -> Iterator[dict[str, Any]]:
        path = Path(settings.DATA_DIR) / FILE
        with path.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            text = file.read()
            stored = json.loads(text) if text else json.loads(json.dumps(_EMPTY))
            try:
                yield stored
            finally:
                file.seek(0)
                file.truncate()
                file.write(json.dumps(stored))
