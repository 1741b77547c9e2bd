"""Everything the simulator remembers, in memory and, where a file is named, also on disk."""

import itertools
import json
import secrets
import sqlite3
import string
from collections.abc import Iterator
from pathlib import Path

from infra.stripe_simulator.errors import JSON
from infra.stripe_simulator.rows import Rows

ALPHABET = string.ascii_letters + string.digits
PLATFORM = "acct_1TroovonPlatform"

# Indexed fields of lists: their rows are found without a scan of all rows.
FILED_BY = {
    "charge": ("payment_intent", "transfer_group"),
    "checkout.session": ("customer", "payment_intent"),
    "dispute": ("charge", "payment_intent"),
    "refund": ("charge", "payment_intent"),
    "transfer": ("transfer_group",),
    "transfer_reversal": ("transfer",),
}


def new_id(prefix: str, length: int = 24) -> str:
    """Return a new identifier in Stripe's form."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


class Store:
    """A store of records by kind and id, oldest first; fields with a leading _ are private."""

    def __init__(self, path: Path | None = None) -> None:
        self.tables: dict[str, dict[str, JSON]] = {}
        self.kinds: dict[str, str] = {}
        self.rows: dict[str, Rows] = {}
        self.files: dict[tuple[str, str, object], Rows] = {}
        self.filed: dict[tuple[str, str], object] = {}
        self.changed: dict[tuple[str, str], None] = {}
        self.sequence = itertools.count(1)
        self.disk: sqlite3.Connection | None = None
        if path is not None:
            self.disk = self._open(path)
            self._load(self.disk)

    def put(self, kind: str, record: JSON) -> JSON:
        """Keep a record under its id, new or changed."""
        identifier = record["id"]
        record.setdefault("_order", next(self.sequence))
        self._place(kind, record)
        if self.disk is not None:
            self.changed[kind, identifier] = None
        return record

    def _place(self, kind: str, record: JSON) -> None:
        table, rows = self.tables.setdefault(kind, {}), self.rows.setdefault(kind, Rows())
        before = table.get(record["id"])
        if before is None:
            rows.put(record)
        elif before["_order"] == record["_order"]:
            rows.replace(record)
        else:
            rows.remove(before["_order"])
            rows.put(record)
        table[record["id"]] = record
        self.kinds[record["id"]] = kind
        for name in FILED_BY.get(kind, ()):
            self._file(kind, name, record, before=before)

    def _file(self, kind: str, name: str, record: JSON, *, before: JSON | None) -> None:
        """Move a record to the index of its new value."""
        value, key = record.get(name), (record["id"], name)
        if before is not None:
            rows = self.files[kind, name, self.filed[key]]
            if self.filed[key] == value and before["_order"] == record["_order"]:
                rows.replace(record)
                return
            rows.remove(before["_order"])
        self.filed[key] = value
        self.files.setdefault((kind, name, value), Rows()).put(record)

    def get(self, kind: str, identifier: str) -> JSON | None:
        """Return a record of a kind, or null if it is missing."""
        return self.tables.get(kind, {}).get(identifier)

    def must(self, kind: str, identifier: str) -> JSON:
        """Return a record that another record refers to."""
        return self.tables[kind][identifier]

    def anything(self, identifier: str) -> tuple[str, JSON] | None:
        """Find a record by its id alone."""
        kind = self.kinds.get(identifier)
        return None if kind is None else (kind, self.tables[kind][identifier])

    def remove(self, kind: str, identifier: str) -> None:
        """Forget a record."""
        gone = self.tables.get(kind, {}).pop(identifier, None)
        if gone is not None:
            self.rows[kind].remove(gone["_order"])
            for name in FILED_BY.get(kind, ()):
                self.files[kind, name, self.filed.pop((identifier, name))].remove(gone["_order"])
        self.kinds.pop(identifier, None)
        if self.disk is not None:
            self.changed[kind, identifier] = None

    def oldest_first(self, kind: str) -> Iterator[JSON]:
        """Yield the records of a kind in their order of arrival."""
        return self.all(kind).forwards()

    def newest_first(self, kind: str) -> Iterator[JSON]:
        """Yield the records of a kind from the newest back."""
        return self.all(kind).backwards()

    def all(self, kind: str) -> Rows:
        """Give the records of a kind in their order."""
        return self.rows.setdefault(kind, Rows())

    def fitting(self, kind: str, filters: JSON) -> Rows:
        """Give the records among which those with the asked values are, as few as are filed."""
        for name in FILED_BY.get(kind, ()):
            if name in filters:
                return self.files.get((kind, name, filters[name])) or Rows()
        return self.all(kind)

    def clear(self) -> None:
        """Forget everything."""
        self.tables.clear()
        self.rows.clear()
        self.files.clear()
        self.filed.clear()
        self.kinds.clear()
        self.changed.clear()
        if self.disk is not None:
            with self.disk:
                self.disk.execute("DELETE FROM record")

    def dumped(self) -> str:
        """Write everything down, oldest first."""
        records = [
            (kind, record) for kind, table in self.tables.items() for record in table.values()
        ]
        return json.dumps(sorted(records, key=lambda row: row[1]["_order"]))

    def load(self, dumped: str) -> None:
        """Replace all records by a dump."""
        self.clear()
        for kind, record in json.loads(dumped):
            self.put(kind, record)

    def save(self) -> None:
        """Write all changes since the last save, in a transaction."""
        if self.disk is None or not self.changed:
            return
        changes = list(self.changed)
        self.changed.clear()
        with self.disk:
            for kind, identifier in changes:
                self._write(self.disk, kind, identifier)

    def close(self) -> None:
        """Write the rest and let the file go."""
        self.save()
        if self.disk is not None:
            self.disk.close()
            self.disk = None

    def _write(self, disk: sqlite3.Connection, kind: str, identifier: str) -> None:
        record = self.get(kind, identifier)
        if record is None:
            disk.execute("DELETE FROM record WHERE kind = ? AND id = ?", (kind, identifier))
            return
        disk.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)",
            (kind, identifier, record["_order"], json.dumps(record)),
        )

    def _open(self, path: Path) -> sqlite3.Connection:
        path.parent.mkdir(parents=True, exist_ok=True)
        disk = sqlite3.connect(path, check_same_thread=False)
        disk.execute("PRAGMA journal_mode = WAL")
        disk.execute("PRAGMA synchronous = OFF")
        disk.execute(
            "CREATE TABLE IF NOT EXISTS record (kind TEXT, id TEXT, place INTEGER, body TEXT,"
            " PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        return disk

    def _load(self, disk: sqlite3.Connection) -> None:
        last = 0
        for kind, place, body in disk.execute(
            "SELECT kind, place, body FROM record ORDER BY place"
        ):
            self._place(kind, json.loads(body))
            last = place
        self.sequence = itertools.count(last + 1)
