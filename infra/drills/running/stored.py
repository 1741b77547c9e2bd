"""Data kept beside the tables: files, mails, keys, jobs, logs."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis

from infra.drills.running.canaries import FOLDER, NOBODY, Book, Person
from infra.drills.running.harness import Report
from infra.local.stack import Stack

# Keys of the broker itself; whatever else lies in the store begins with its schema.
BROKER = ("_kombu.", "unacked", "celery", "default", "owner", "epoch")
# Parts of addresses, which a log of requests names.
ADDRESSES = {"the address of a picture"}
ARCHIVES = "archives"


class Search:
    """Searches all stored data of a stack; each object is a probe."""

    def __init__(self, stack: Stack, spaces: list[dict[str, Any]], book: Book) -> None:
        self.stack = stack
        self.schemas = {space["schema"]: space["letter"] for space in spaces}
        self.book = book

    def into(self, report: Report) -> None:
        """Search all stored data, and report words in forbidden places."""
        before = report.tried.total()
        for kind, search in (
            ("files", self._files),
            ("letters", self._mails),
            ("keys", self._keys),
            ("logs", self._logs),
        ):
            for wrong in search():
                report.tried[kind] += 1
                for what in wrong:
                    report.find(what)
        report.tried["stored objects"] = report.tried.total() - before

    def _files(self) -> Iterator[list[str]]:
        folder = self.stack.folder.product / "files"
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder)
            content = _content(path)
            home = self.schemas.get(name.parts[0], NOBODY)
            if name.parts[0] == ARCHIVES:  # of any single space; never of two
                spaces = {self.book.known[word][0] for word in self.book.found_in(content)}
                home = spaces.pop() if len(spaces) == 1 else NOBODY
            person = Person(FOLDER, home, str(name))
            yield self._wrong(f"file {name}", f"{name} {content}", person)

    def _mails(self) -> Iterator[list[str]]:
        for path in sorted((self.stack.folder.product / "outbox").glob("*.json")):
            mail = json.loads(path.read_text())
            to = self.book.found_in(str(mail.pop("to")))
            homes = {self.book.known[word][0] for word in to}
            person = Person("letter", homes.pop() if homes else NOBODY, path.name)
            yield self._wrong(f"letter “{mail['subject']}”", json.dumps(mail), person)

    def _keys(self) -> Iterator[list[str]]:
        for database in (0, 1):  # the broker's and the cache's
            yield from self._keys_of(redis.Redis.from_url(self.stack.valkey.url(database)))

    def _keys_of(self, store: Any) -> Iterator[list[str]]:
        for raw in sorted(store.scan_iter(count=1000)):
            key, value = raw.decode("utf-8", "replace"), _value(store, raw)
            place = key.partition(":")[0]
            if key.startswith(BROKER):
                yield self._wrong(f"a job in {key}", value, Person("job", NOBODY, key))
            elif place not in {*self.schemas, "public"}:
                yield [f"key {key} does not begin with a schema"]
            else:
                person = Person("the store", self.schemas.get(place, NOBODY), key)
                yield self._wrong(f"key {key}", f"{key} {value}", person)

    def _logs(self) -> Iterator[list[str]]:
        """Search the logs: private words are forbidden there; references are allowed."""
        for path in sorted(self.stack.folder.logs.glob("*.log")):
            found = self.book.found_in(path.read_text(errors="replace"))
            words = {word for word in found if word.startswith(("kanari", "knr"))}
            places = sorted({self.book.known[word][1] for word in words} - ADDRESSES)
            yield [f"log {path.name} holds {place}" for place in places]

    def _wrong(self, what: str, text: str, person: Person) -> list[str]:
        breaches = self.book.breaches(self.book.found_in(text), person)
        return [f"{what} holds {where}" for where in breaches]


def _value(store: Any, key: bytes) -> str:
    readers = {
        "string": store.get,
        "list": lambda key: store.lrange(key, 0, -1),
        "hash": store.hgetall,
        "set": store.smembers,
        "zset": lambda key: store.zrange(key, 0, -1),
    }
    return str(readers[store.type(key).decode()](key))


def _content(path: Path) -> str:
    """Return the text of a file, with the content of an archive."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes().decode("utf-8", "replace")
    with zipfile.ZipFile(path) as packed:
        parts = [packed.read(name) for name in packed.namelist()]
    return b" ".join(parts).decode("utf-8", "replace")
