"""Everything the simulator remembers, in memory and, where a file is named, also on disk."""

import itertools
import json
import secrets
import sqlite3
import string
from collections.abc import Iterator
from pathlib import Path

from infra.stripe_simulator.errors import JSON

LETTERS = string.ascii_letters + string.digits
PLATFORM = "acct_1TroovonPlatform"


def new_id(prefix: str, length: int = 24) -> str:
    """Draw an identifier that looks like one of Stripe's."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(length))


class Store:
    """Keeps records by kind and id, oldest first; what begins with _ is never shown to a caller."""

    def __init__(self, path: Path | None = None) -> None:
        self.tables: dict[str, dict[str, JSON]] = {}
        self.kinds: dict[str, str] = {}
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
        self.tables.setdefault(kind, {})[identifier] = record
        self.kinds[identifier] = kind
        if self.disk is not None:
            self.changed[kind, identifier] = None
        return record

    def get(self, kind: str, identifier: str) -> JSON | None:
        """Find one record of a kind."""
        return self.tables.get(kind, {}).get(identifier)

    def must(self, kind: str, identifier: str) -> JSON:
        """Give a record that another one refers to."""
        return self.tables[kind][identifier]

    def anything(self, identifier: str) -> tuple[str, JSON] | None:
        """Find a record by its id alone."""
        kind = self.kinds.get(identifier)
        return None if kind is None else (kind, self.tables[kind][identifier])

    def remove(self, kind: str, identifier: str) -> None:
        """Forget a record."""
        self.tables.get(kind, {}).pop(identifier, None)
        self.kinds.pop(identifier, None)
        if self.disk is not None:
            self.changed[kind, identifier] = None

    def oldest_first(self, kind: str) -> Iterator[JSON]:
        """Walk the records of a kind in the order in which they came."""
        return iter(list(self.tables.get(kind, {}).values()))

    def newest_first(self, kind: str) -> Iterator[JSON]:
        """Walk the records of a kind from the last one back."""
        return reversed(list(self.tables.get(kind, {}).values()))

    def clear(self) -> None:
        """Forget everything."""
        self.tables.clear()
        self.kinds.clear()
        self.changed.clear()
        if self.disk is not None:
            with self.disk:
                self.disk.execute("DELETE FROM record")

    def save(self) -> None:
        """Write what changed since the last time, all of it or nothing."""
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
        for kind, identifier, place, body in disk.execute(
            "SELECT kind, id, place, body FROM record ORDER BY place"
        ):
            self.tables.setdefault(kind, {})[identifier] = json.loads(body)
            self.kinds[identifier] = kind
            last = place
        self.sequence = itertools.count(last + 1)
