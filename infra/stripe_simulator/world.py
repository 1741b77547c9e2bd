"""The simulator as a whole: its records, its time, and its due acts."""

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from infra.stripe_simulator import versions
from infra.stripe_simulator.clock import Clock
from infra.stripe_simulator.errors import JSON, ApiError, no_such
from infra.stripe_simulator.faults import Faults
from infra.stripe_simulator.idempotency import Keys
from infra.stripe_simulator.settings import Settings
from infra.stripe_simulator.store import PLATFORM, Store, new_id
from infra.stripe_simulator.webhooks import Deliveries

Duty = Callable[["World", JSON], None]
DUTIES: dict[str, Duty] = {}
Agenda = list[tuple[int, int, str]]

EVENTS_LAST_SECONDS = 30 * 24 * 3600

# Kinds that do not count as content of a simulator.
FURNITURE = {
    "clock", "event_destination", "event", "delivery", "due", "balance_settings", "dunning",
    "bank_account", "bank_of", "notice",
}  # fmt: skip


def falls_due(what: str) -> Callable[[Duty], Duty]:
    """Register the function that carries out a scheduled duty."""

    def remember(duty: Duty) -> Duty:
        DUTIES[what] = duty
        return duty

    return remember


@dataclass(slots=True)
class Call:
    """A request as an endpoint sees it: checked parameters, and the account it acts for."""

    path: dict[str, str]
    params: JSON
    owner: str = PLATFORM
    version: str = versions.PINNED
    expand: list[str] = field(default_factory=list)
    include: list[str] = field(default_factory=list)


class Saved(NamedTuple):
    """All that was remembered at a moment."""

    moment: int
    records: str


class World:
    """The simulator's parts; every change requires its lock."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.store = Store(settings.state_file)
        stored = self.store.get("clock", "clock")
        self.clock = Clock(stored["offset"] if stored else 0)
        self.faults = Faults()
        self.keys = Keys(self.store, self.clock)
        self.deliveries = Deliveries(self.store, self.faults, self.lock)
        self.cause: JSON | None = None
        self.agendas: dict[str, Agenda] = {}
        self.saved: Saved | None = None
        self._note_all()

    def add(self, kind: str, record: JSON, *, owner: str = PLATFORM) -> JSON:
        """Store a new record of the platform or of an account."""
        record["_owner"] = owner
        return self.store.put(kind, record)

    def find(self, kind: str, identifier: str, *, owner: str, param: str) -> JSON:
        """Give the record that an address names, if this account may see it."""
        record = self.store.get(kind, identifier)
        if record is None or record.get("_owner", PLATFORM) != owner:
            raise no_such(kind, identifier, param=param)
        return record

    def named(self, kind: str, identifier: str, *, owner: str, param: str) -> JSON:
        """Give the record that a parameter names."""
        record = self.store.get(kind, identifier)
        if record is None or record.get("_owner", PLATFORM) != owner:
            raise no_such(kind, identifier, param=param, in_body=True)
        return record

    def later(self, what: str, moment: int, **details: str) -> None:
        """Schedule a duty at a moment of simulated time; the same `once` only once.

        A duty scheduled on a test clock belongs to that clock.
        """
        once = details.get("once")
        identifier = f"due_{what}_{moment}_{once}" if once else new_id("due_")
        if self.store.get("due", identifier) is not None:
            return
        record: JSON = {"id": identifier, "what": what, "at": moment, "details": details}
        record["clock"] = self.clock.test_clock
        self._note(self.store.put("due", record))

    def _note_all(self) -> None:
        for record in self.store.oldest_first("due"):
            self._note(record)

    def _note(self, record: JSON) -> None:
        agenda = self.agendas.setdefault(record.get("clock", ""), [])
        heapq.heappush(agenda, (record["at"], record["_order"], record["id"]))

    def run_due(self, test_clock: str = "", *, until: int | None = None) -> None:
        """Run the due duties, each at its own time."""
        agenda = self.agendas.setdefault(test_clock, [])
        while agenda and agenda[0][0] <= (self.clock.now() if until is None else until):
            moment, _, identifier = heapq.heappop(agenda)
            record = self.store.get("due", identifier)
            if record is None:
                continue
            self.store.remove("due", identifier)
            with self.clock.pinned(moment, test_clock=test_clock):
                DUTIES[record["what"]](self, record["details"])

    def set_clock(self, moment: int) -> None:
        """Move the time, run the duties due on the way, and delete expired records."""
        self.clock.set(moment)
        self.store.put("clock", {"id": "clock", "offset": self.clock.offset})
        self.run_due()
        self.keys.forget_old()
        self.deliveries.forget_old(moment - EVENTS_LAST_SECONDS)

    def is_empty(self) -> bool:
        """Return True if there are no records of content yet."""
        return not any(rows for kind, rows in self.store.tables.items() if kind not in FURNITURE)

    def forget(self) -> None:
        """Begin again with nothing, at the wall's time, without faults."""
        self.store.clear()
        self.agendas.clear()
        self.keys.running.clear()
        self.faults.reset()
        self.deliveries.clear()
        self.clock.offset = 0

    def save(self) -> None:
        """Save the current records in place of the earlier save."""
        self.saved = Saved(self.clock.now(), self.store.dumped())

    def restore(self) -> None:
        """Restore the saved records and their time, without faults; webhooks are not resumed."""
        if self.saved is None:
            raise ApiError("Nothing was saved.")
        self.forget()
        self.store.load(self.saved.records)
        self._note_all()
        self.set_clock(self.saved.moment)
