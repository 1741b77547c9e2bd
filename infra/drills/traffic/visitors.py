"""Clients of the drills `chaos` and `deploy`: they ask two web processes, and ask again."""

import contextlib
import hashlib
import hmac
import http.client
import json
import random
import select
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

TOKEN = "a" * 32
ANSWERED_WITHIN_SECONDS = 30
GIVES_UP_SECONDS = 90
AGAIN_SECONDS = 0.5
BETWEEN_SECONDS = (0.05, 0.25)
# The first response of an address, and then every `LOST_EVERY`th, is dropped unread, as by a faulty
# network.
LOST_EVERY = 20
_READS = frozenset({"GET", "HEAD"})
# All clients share a screen: plays this short may overlap (`OVERLAP_SLACK`).
PLAY_SECONDS = 2


@dataclass(frozen=True)
class Request:
    """A request, and the status of its correct response."""

    method: str
    path: str
    expected: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Answer:
    """A response as it came back."""

    status: int
    headers: Message
    body: bytes


class CutOffError(Exception):
    """The connection ended after the request had been sent, and before its answer."""


class NobodyError(Exception):
    """No process takes a connection."""


class Tally:
    """The record of all clients: responses by status, accepted objects, faults."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.tried: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.accepted: dict[str, list[str]] = {}
        self.slowest = 0.0

    def count(self, what: str) -> None:
        """Count something that may be."""
        with self._lock:
            self.tried[what] += 1

    def find(self, what: str) -> None:
        """Count an answer that should not have been given."""
        with self._lock:
            self.found[what] += 1

    def accept(self, kind: str, name: str) -> None:
        """Remember that a thing was taken."""
        with self._lock:
            self.accepted.setdefault(kind, []).append(name)

    def took(self, seconds: float) -> None:
        """Remember the longest wait for an answer."""
        with self._lock:
            self.slowest = max(self.slowest, seconds)


class Balancer:
    """A client's connections to the processes in turn, kept open."""

    def __init__(self, ports: Callable[[], list[int]], host: str, turn: int) -> None:
        self._ports, self._host, self._turn = ports, host, turn
        self._lines: dict[int, http.client.HTTPConnection] = {}

    def send(self, request: Request, *, reads: bool = True) -> Answer | None:
        """Send to the next process that accepts a connection; return null if `reads` is false.

        Raises CutOffError or NobodyError.
        """
        ports = self._ports()
        self._turn += 1
        for step in range(len(ports)):
            port = ports[(self._turn + step) % len(ports)]
            line = self._line(port)
            if line is not None:
                return self._ask(port, line, request, reads=reads)
        raise NobodyError

    def _line(self, port: int) -> http.client.HTTPConnection | None:
        """Return a connection to a process; a connection closed by the server is replaced."""
        line = self._lines.pop(port, None)
        if line is not None and line.sock is not None:
            if not select.select([line.sock], [], [], 0)[0]:
                return line
            line.close()
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERED_WITHIN_SECONDS)
        try:
            line.connect()
        except OSError:
            return None
        return line

    def close(self) -> None:
        """End the kept connections."""
        for line in self._lines.values():
            line.close()

    def _ask(
        self, port: int, line: http.client.HTTPConnection, request: Request, *, reads: bool
    ) -> Answer | None:
        try:
            headers = {"Host": self._host, **request.headers}
            line.request(request.method, request.path, request.body, headers)
            if not reads:
                time.sleep(AGAIN_SECONDS)  # it acts meanwhile
                line.close()
                return None
            response = line.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            line.close()
            raise CutOffError(type(error).__name__) from error
        if line.sock is not None:
            self._lines[port] = line
        return answer


class Visitor:
    """A visitor that retries each request until it succeeds, and sends the next."""

    def __init__(
        self, number: int, world: dict[str, Any], *, balancer: Balancer, tally: Tally
    ) -> None:
        self.number, self.world, self.tally = number, world, tally
        self.balancer = balancer
        self.chance = random.Random(f"{world['seed']}:{number}")  # noqa: S311 - can be repeated
        self.member: dict[str, str] = world["members"][number % len(world["members"])]
        self.joined = False
        self.sent = Counter[str]()

    def go_on(self, is_over: Callable[[], bool]) -> None:
        """Run each act once, then random acts, until the run is over."""
        acts = [act for act, times in ACTS.items() for _ in range(times)]
        first = self.chance.sample(list(ACTS), len(ACTS))
        with contextlib.closing(self.balancer):
            while first or not is_over():
                act = first.pop() if first else self.chance.choice(acts)
                act(self)
                time.sleep(self.chance.uniform(*BETWEEN_SECONDS))

    def ask(self, request: Request) -> Answer | None:
        """Retry a request until the expected response; return null if it never comes."""
        until = time.monotonic() + GIVES_UP_SECONDS
        self.sent[request.path] += request.method not in _READS
        if self.sent[request.path] % LOST_EVERY == 1:
            self.tally.count("answers lost")
            with contextlib.suppress(CutOffError, NobodyError):
                self.balancer.send(request, reads=False)
        while time.monotonic() < until:
            answer = self._try(request)
            if answer is not None and answer.status == request.expected:
                return answer
            if answer is not None and not _may_be_tried_again(answer):
                self.tally.find(f"{request} was answered {answer.status}: {_excerpt(answer)}")
                return None
            time.sleep(AGAIN_SECONDS)
        self.tally.find(f"{request} was never answered")
        return None

    def _try(self, request: Request) -> Answer | None:
        began = time.monotonic()
        self.tally.count("requests")
        try:
            answer = self.balancer.send(request)
        except CutOffError as error:
            # A proxy retries reads; the visitor retries writes.
            self.tally.count(f"cut off: {request.method} {error}")
            return None
        except NobodyError:
            self.tally.find("no process took a connection")
            return None
        finally:
            self.tally.took(time.monotonic() - began)
        if answer is not None and answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.tally.count("told to try again")
        return answer

    def form(self, path: str, fields: Mapping[str, str]) -> Answer | None:
        """Send a form as a browser of this member does."""
        body = urlencode(fields).encode()
        return self.ask(Request("POST", path, HTTPStatus.SEE_OTHER, self.form_headers(), body))

    def form_headers(self) -> dict[str, str]:
        """Return the headers of this member's browser for a form."""
        return self._cookies() | {"Content-Type": "application/x-www-form-urlencoded"}

    def _cookies(self) -> dict[str, str]:
        cookies = f"__Host-csrf={TOKEN}; __Host-session={self.member['session']}"
        return {"Cookie": cookies, "X-CSRFToken": TOKEN}

    def classified(self) -> dict[str, str]:
        """Fill the form of a classified."""
        return {
            "kind": "give",
            "title": f"Perceuse {uuid.uuid4().hex}",
            "spot": f"site:{self.world['site']}",
            "days": "30",
            "key": str(uuid.uuid4()),
        }

    def post_classified(self) -> None:
        """Post a classified."""
        fields = self.classified()
        if self.form("/classifieds/new/", fields):
            self.tally.accept("classified", fields["title"])

    def write_message(self) -> None:
        """Write to the other of the two."""
        text = f"Encore {uuid.uuid4().hex}"
        fields = {"text": text, "key": str(uuid.uuid4())}
        if self.form(f"/messages/{self.member['talk']}/", fields):
            self.tally.accept("message", text)

    def join_run(self) -> None:
        """Take a place in a run; once is enough."""
        if not self.joined and self.form(f"/gatherings/{self.member['run']}/join/", {}):
            self.joined = True
            self.tally.accept("join", self.member["run"])

    def post_by_program(self) -> None:
        """Post a classified as a program does, with a key for its request."""
        title = f"Bocaux {uuid.uuid4().hex}"
        headers = {
            "Authorization": f"Bearer {self.member['token']}",
            "Idempotency-Key": uuid.uuid4().hex,
            "Content-Type": "application/json",
        }
        body = json.dumps({"kind": "give", "title": title, "place": "Hall B"}).encode()
        path = "/api/v1/classifieds/"
        if self.ask(Request("POST", path, HTTPStatus.CREATED, headers, body)):
            self.tally.accept("classified", title)

    def report_play(self) -> None:
        """Send a play, and retry until it is confirmed, as a screen does."""
        key, moment = str(uuid.uuid4()), int(time.time() * 1000)
        signed = f"{key}|deal:BP-1||{moment}|{PLAY_SECONDS}"
        secret = self.world["screen"]["secret"].encode()
        signature = hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()
        body = json.dumps({"plays": [{"signed": signed, "signature": signature}]}).encode()
        headers = {"Content-Type": "application/json", **self._of_screen()}
        answer = self.ask(Request("POST", "/screen/plays/", HTTPStatus.OK, headers, body))
        if answer is not None and key in json.loads(answer.body)["kept"]:
            self.tally.accept("play", key)

    def _of_screen(self) -> dict[str, str]:
        return {"Cookie": f"__Host-screen={self.world['screen']['token']}"}

    def watch_screen(self) -> None:
        """Fetch a screen's playlist."""
        self.ask(Request("GET", "/screen/playlist/", headers=self._of_screen()))

    def read(self) -> None:
        """Read a page as a member."""
        talk = f"/messages/{self.member['talk']}/"  # news of the next message come once it is read
        pages = (
            "/",
            "/classifieds/",
            "/messages/",
            "/gatherings/",
            "/deals/",
            talk,
            talk,
        )
        self.ask(Request("GET", self.chance.choice(pages), headers=self._cookies()))

    def look_in(self) -> None:
        """Request a page open to strangers."""
        self.ask(Request("GET", self.chance.choice(("/signin/", "/health/live", "/robots.txt"))))


# How often of each twenty.
ACTS: dict[Callable[[Visitor], None], int] = {
    Visitor.read: 6,
    Visitor.look_in: 2,
    Visitor.post_classified: 3,
    Visitor.write_message: 3,
    Visitor.post_by_program: 2,
    Visitor.report_play: 2,
    Visitor.watch_screen: 1,
    Visitor.join_run: 1,
}


def _may_be_tried_again(answer: Answer) -> bool:
    """Return True if a response allows the same request again in a moment.

    A browser that reloads such a page sends the form again; a redirect has lost the typed text.
    """
    if answer.status == HTTPStatus.CONFLICT:  # a program's own request, which is still under way
        return "Retry-After" in answer.headers
    words = b"<h1" in answer.body or b'"detail"' in answer.body
    unavailable = answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    return unavailable and "Retry-After" in answer.headers and words


def _excerpt(answer: Answer) -> str:
    if "Location" in answer.headers:
        return answer.headers["Location"]
    heading = answer.body.partition(b"<h1>")[2].partition(b"</h1>")[0] or answer.body[:200]
    return heading.decode(errors="replace")
