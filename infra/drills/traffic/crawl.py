"""A crawler: every address as every kind of reader, each response searched for foreign words."""

import http.client
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from infra.drills.running.canaries import NOBODY, Book, Person

METHODS = ("GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CSRF = "c" * 32
TIMEOUT_SECONDS = 30
HALF = 0.5
LEAVER = "leaver"
SERVER_ERROR = 500
# Forms that would end the drill's own people or spaces are not posted.
NOT_POSTED = frozenset({
    "accounts:signout",
    "accounts:password",
    "members:close_account",
    "members:leave",
    "members:roles",
    "spaces:address",
})  # fmt: skip
# These pages exist only in a demo and show every mail to all: mails are searched as mails.
NOT_CRAWLED = frozenset({"site:outbox", "site:message", "site:message_html"})
_PARAMETER = re.compile(r"<(\w+)>")
WIDTHS = ("160", "480", "960", "1600")
PLAIN = {
    "kind": ["classified"],
    "width": [*WIDTHS],
    "company_id": ["1", "2", "3", "4"],
    "site_id": ["1", "2", "3", "4"],
    "claim_id": ["1"],
    "slug": ["boutique", "mairie"],
    "room": ["merchants", "placements"],
    "file": ["x.webp"],
    "number": ["F-2026-0001"],
    "message_id": ["1"],
    "fingerprint": ["abc"],
    "domain": ["canary.example"],
    "format": ["json"],
}


@dataclass(frozen=True)
class Try:
    """A request to be made."""

    person: Person
    host: str
    method: str
    path: str
    body: str
    name: str = ""
    with_key_of: bool = False

    @property
    def known_words(self) -> str:
        """Return the words that the reader sent; a response may contain them."""
        return f"{self.path} {self.body} {self.person.cookie}".lower()


@dataclass
class Seen:
    """The record of a crawl's answers."""

    tried: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    breaches: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)


class Crawler:
    """Draws requests from a seed, and makes them by several threads at a time."""

    def __init__(self, port: int, result: dict[str, Any], seed: int) -> None:
        self.port = port
        self.world = result
        self.book = Book(result["spaces"])
        self.chance = random.Random(f"crawl{seed}")  # noqa: S311 - a drill that can be repeated
        self.seen = Seen()
        self.people = people(result)
        self.lock = threading.Lock()

    def tries(self, count: int) -> Iterator[Try]:
        """Yield requests: every address for every reader comes before any repeats."""
        pairs = [
            (route, person)
            for route in self.world["routes"]
            for person in self.people
            if route["name"] not in NOT_CRAWLED
            and route["host"] == ("space" if person.host.startswith("canary-") else person.host)
        ]
        made = 0
        while made < count:
            self.chance.shuffle(pairs)
            for route, person in pairs[: count - made]:
                yield self._try(route, person)
            made += len(pairs)

    def _try(self, route: dict[str, str], person: Person) -> Try:
        whose = self._whose(person)
        chosen = {**PLAIN, **whose["values"]}

        def fill(match: re.Match[str]) -> str:
            known = chosen.get(match[1]) or ["inconnu"]
            return quote(self.chance.choice(known), safe="")

        method = self.chance.choice(METHODS)
        if route["name"] in NOT_POSTED:
            method = "GET"
        path = _PARAMETER.sub(fill, route["path"])
        host = "" if person.host == "public" else f"{person.host}."
        with_key_of = any(quote(key, safe="") in path for key in whose["values"]["token"])
        body = self._body(method, whose)
        return Try(person, host, method, path, body, route["name"], with_key_of)

    def _whose(self, person: Person) -> dict[str, Any]:
        """Return the space for the references: half the time the reader's own."""
        spaces: list[dict[str, Any]] = self.world["spaces"]
        own = [space for space in spaces if space["letter"] == person.home]
        return own[0] if own and self.chance.random() < HALF else self.chance.choice(spaces)

    def _body(self, method: str, whose: dict[str, Any]) -> str:
        if method in {"GET", "HEAD", "OPTIONS"}:
            return ""
        reference = self.chance.choice(whose["values"]["reference"])
        return urlencode({
            "csrfmiddlewaretoken": CSRF,
            "title": "Essai",
            "text": "Essai",
            "description": "Essai",
            "kind": "give",
            "reference": reference,
            "references": reference,
            "email": "essai@drill.example",
            "company_id": self.chance.choice("1234"),
            "site_id": self.chance.choice("1234"),
            "audience": self.chance.choice(["space", "company"]),
            "outcome": "here",
            "language": self.chance.choice(["fr", "en"]),
            "password": "essai-essai-essai",
        })  # fmt: skip

    def crawl(self, count: int, threads: int, report_progress: Callable[[int, int], None]) -> Seen:
        """Make so many requests and search the responses."""
        waiting = self.tries(count)
        done = 0

        def work() -> None:
            nonlocal done
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
            while True:
                with self.lock:
                    one = next(waiting, None)
                    done += 1
                    report_progress(min(done, count), count)
                if one is None:
                    line.close()
                    return
                self._make(line, one)

        workers = [threading.Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return self.seen

    def _make(self, line: http.client.HTTPConnection, one: Try) -> None:
        headers = {
            "Host": f"{one.host}localhost:{self.port}",
            "Cookie": f"__Host-csrf={CSRF}; {one.person.cookie}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            answer = _ask(line, one, headers)
            text = f"{answer.getheaders()} {answer.read().decode('utf-8', 'replace')}"
        except (OSError, http.client.HTTPException) as error:
            line.close()
            with self.lock:
                self.seen.broken[f"{type(error).__name__}: {one.method} {one.path}"[:100]] += 1
            return
        self._search(one, answer.status, text)

    def _search(self, one: Try, status: int, text: str) -> None:
        found = {word for word in self.book.found_in(text) if word not in one.known_words}
        wrong = self.book.breaches(found, one.person, with_key=one.with_key_of)
        own = any(self.book.known[word][0] == one.person.home for word in found)
        with self.lock:
            self.seen.tried[one.person.kind] += 1
            self.seen.statuses[str(status)] += 1
            if status >= SERVER_ERROR:
                self.seen.failed[f"{status} {one.method} {one.name}"] += 1
            self.seen.own[one.person.kind] += own
            for where in wrong:
                self.seen.breaches[f"{one.person.name}: {one.method} {one.path} shows {where}"] += 1


def people(result: dict[str, Any]) -> list[Person]:
    """Return all readers: at home, in a foreign space with their own session, and without space."""
    keys = {kind: f"__Host-session={key}" for kind, key in result["public"].items()}
    abroad = f"__Host-session={result['spaces'][0]['sessions']['administrator']}"
    outside = [
        Person(kind, NOBODY, host, cookie)
        for host in ("public", "ops")
        for kind, cookie in {"stranger": "", **keys, "employee outside": abroad}.items()
    ]
    inside = [
        person for space in result["spaces"] for person in _people_of(space, result["spaces"], keys)
    ]
    return inside + outside


def _people_of(
    space: dict[str, Any], spaces: list[dict[str, Any]], keys: dict[str, str]
) -> Iterator[Person]:
    """Yield the visitors of a space's host, with the space that each may read."""
    host, with_key_of = space["slug"], space["letter"]
    yield Person("stranger", NOBODY, host, with_key_of=with_key_of)
    for role, session in space["sessions"].items():
        home = NOBODY if role == LEAVER else space["letter"]
        yield Person(role, home, host, f"__Host-session={session}", with_key_of)
    for other in spaces:
        if other is not space:
            for role in ("member", "administrator"):
                stolen = f"__Host-session={other['sessions'][role]}"
                yield Person("member of another space", NOBODY, host, stolen, with_key_of)
    for kind, cookie in keys.items():
        yield Person(f"{kind} in a space", NOBODY, host, cookie, with_key_of)


def _ask(
    line: http.client.HTTPConnection, one: Try, headers: dict[str, str]
) -> http.client.HTTPResponse:
    """Send a request; reconnect if the server has closed the kept connection."""
    was_open = line.sock is not None
    try:
        line.request(one.method, one.path, one.body or None, headers)
        return line.getresponse()
    except (BrokenPipeError, ConnectionResetError):  # RemoteDisconnected is a subclass
        if not was_open:
            raise
        line.close()
        line.request(one.method, one.path, one.body or None, headers)
        return line.getresponse()
