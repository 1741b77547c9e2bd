"""Tries at the entrances: the response, the work behind it, and its duration."""

import dataclasses
import json
import random
import re
import time
from collections import defaultdict
from statistics import median
from typing import Any, NamedTuple

from infra.drills.inside.access import meter, ranks
from infra.drills.inside.access.entrances import NOBODY, Accounts, Entrance
from infra.drills.inside.access.touring import Answer, Try
from infra.drills.inside.access.web_client import WebClient

# So many rounds are below every limit; of links there are six, and three entrances share them.
BETWEEN_RESETS = 6
SURELY = 0.01
# The first kinds of a entrance have an account behind it.
ACTIVE = 2
_CHANGES = {"date", "x-request-id", meter.WORK, meter.PEAK}
_SECRET = re.compile(r'"[A-Za-z0-9]{64}"')
# Of a passkey, as the browser gets it and as it is sent back.
_CHALLENGE = re.compile(r'(&quot;challenge&quot;: &quot;)[\w-]+|(challenge"\s+value=")[^"]*')
_EXPIRY = re.compile(r"expires=[^;]+")
_COOKIE = re.compile(r"^([^=]+)=([^;]*)")
_REFERENCE = re.compile(r"(?<=/start/)[^/]+(?=/)")


class Seen(NamedTuple):
    """A response as a visitor sees it, and the work done for it."""

    answer: str
    page: str
    work: str


@dataclasses.dataclass
class Asker:
    """A signed-out client that posts addresses with and without an account to the entrances."""

    client: WebClient
    accounts: Accounts
    chance: random.Random
    times: dict[str, dict[str, list[tuple[float, float]]]] = dataclasses.field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    seen: dict[str, dict[str, Seen]] = dataclasses.field(default_factory=lambda: defaultdict(dict))
    found: list[str] = dataclasses.field(default_factory=list)
    tries: int = 0

    def warm_up(self, entrances: list[Entrance]) -> None:
        """Have each entrance opened once, so that nothing is made for the first time later."""
        for entrance in entrances:
            self.knock(entrance, self.accounts.address(NOBODY, entrance))

    def pair(self, entrance: Entrance, number: int) -> None:
        """Try an entrance with a known address and with an unknown address."""
        kinds = [NOBODY, entrance.kinds[number % len(entrance.kinds)]]
        with_something, took = kinds[1], dict[str, float]()
        self.chance.shuffle(kinds)
        for kind in kinds:
            email = self.accounts.address(kind, entrance)
            answer, took[kind] = self.knock(entrance, email)
            self._compare(entrance, kind, email, answer=answer)
        self.times[entrance.name][with_something].append((took[NOBODY], took[with_something]))

    def knock(self, entrance: Entrance, email: str, **typed: str) -> tuple[Answer, float]:
        """Send the form once; return the response and its seconds."""
        self.tries += 1
        attempt, body = (
            Try(entrance.host, NOBODY, "POST", entrance.path),
            entrance.body(email, **typed),
        )
        began = time.perf_counter()
        answer = self.client.call(attempt, body=body, **{meter.ASK: "1"})
        return answer, time.perf_counter() - began

    def _compare(self, entrance: Entrance, kind: str, email: str, *, answer: Answer) -> None:
        known = self.seen[entrance.name]
        page = known[kind].page if kind in known else self._next_page(entrance, email, answer)
        work = dict(answer.headers).get(meter.WORK, "") if entrance.same_work else ""
        seen = Seen(plain(answer, email), page, work)
        first = known.setdefault(kind, seen)
        for kind_before in (kind, NOBODY):
            before = known.get(kind_before, first)
            for what, one, other in zip(Seen._fields, before, seen, strict=True):
                if one != other:
                    self._find(f"{entrance.name}: the {what} differs for {kind}", one, other)

    def _find(self, what: str, one: str, other: str) -> None:
        if not any(before.startswith(what) for before in self.found):
            self.found.append(f"{what}: {_difference(one, other)}")

    def _next_page(self, entrance: Entrance, email: str, answer: Answer) -> str:
        """Go where an answer leads, with the cookies that it gave."""
        headers = dict(answer.headers)
        if "location" not in headers:
            return ""
        cookies = "; ".join(
            value.partition(";")[0] for name, value in answer.headers if name == "set-cookie"
        )
        attempt = Try(entrance.host, NOBODY, "GET", headers["location"])
        return plain(self.client.call(attempt, Cookie=cookies), email)

    def judge(self, entrances: list[Entrance]) -> dict[str, Any]:
        """Find times that reveal an account; the more judgements, the stricter each."""
        judged: dict[tuple[Entrance, str], list[tuple[float, float]]] = {}
        for entrance in (entrance for entrance in entrances if entrance.same_work):
            times = self.times[entrance.name]
            active = [pair for kind in entrance.kinds[:ACTIVE] for pair in times[kind]]
            judged[entrance, "an account"] = active
            judged |= {(entrance, kind): pairs for kind, pairs in times.items()}
        least = 1.0
        for (entrance, kind), pairs in judged.items():
            likely = ranks.p_value(pairs) * len(judged)
            least = min(least, likely)
            if likely < SURELY:
                apart = median(theirs - of_none for of_none, theirs in pairs) * 1e6
                what = f"{entrance.name}: {kind} takes {apart:+.0f} µs (p = {likely:.1g})"
                self.found.append(what)
        return {"rank_tests": len(judged), "least_p_corrected": round(min(least, 1.0), 4)}


def plain(answer: Answer, email: str) -> str:
    """Return a response without its varying parts: the address, tokens, ids, the time."""
    lines = [str(answer.status)]
    for name, value in answer.headers:
        if name not in _CHANGES:
            shown = _plain_cookie(value) if name == "set-cookie" else value
            lines.append(f"{name}: {_REFERENCE.sub('R', shown)}")
    text = _CHALLENGE.sub(r"\1\2", _SECRET.sub("", answer.text)).replace(email, "@")
    return "\n".join([*lines, _REFERENCE.sub("R", text)])


def _plain_cookie(value: str) -> str:
    sized = _COOKIE.sub(lambda found: f"{found[1]}={len(found[2])}", value)
    return _EXPIRY.sub("", sized)


def work_of(answer: Answer) -> dict[str, Any]:
    """Return the work that an answer took."""
    work: dict[str, Any] = json.loads(dict(answer.headers)[meter.WORK])
    return work


def _difference(one: str, other: str) -> str:
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    apart = next(((a, b) for a, b in lines if a != b), (f"{len(one)} signs", f"{len(other)}"))
    return f"{apart[0].strip()[:160]} | {apart[1].strip()[:160]}"
