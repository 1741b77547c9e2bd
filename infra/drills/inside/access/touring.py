"""A walk along the table: every person tries every method of every address."""

import enum
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connection

from infra.drills.inside.access.people import HOME, World
from saas.accounts.access import METHODS, Row
from saas.commands.access.routes import address
from saas.kernel import schema

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
# Responses before the page is reached (from a middleware, a decorator, the API's authentication):
# the same for all people with that status.
BEFORE_THE_PAGE = (302, 401, 405)
# Answered by the same middleware or library for all pages.
MADE_FOR_ALL = {"HEAD", "OPTIONS"}
# People without a role try the responses common to all, and so many of the others by turns.
WITHOUT_ROLES = {"nobody", "member"}
ENOUGH = 2
CLOSED = 405
BAD = 400
REFUSALS = (302, 401, 403, 404, 405)
_TABLES = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
      AND relname <> 'django_session' AND has_table_privilege(oid, 'SELECT') ORDER BY 1
"""


class Sample(enum.Enum):
    """The selection of people for an address, from all in the table."""

    EVERYBODY = enum.auto()
    # A few people for a response equal for all, different people at each address. All people for an
    # address that requires a role.
    BY_TURNS = enum.auto()
    # Of those, the people where responses depend on the person, and a closed method.
    BY_ROLES = enum.auto()
    # A single person per response, by the methods with access to the page.
    ONE_FOR_EACH_ANSWER = enum.auto()


class Answer(NamedTuple):
    """An answer that came back."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""


class Try(NamedTuple):
    """A request by a person."""

    host: str
    who: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} on {self.host} by {self.who}"


type Ask = Callable[[Try], Answer]
# Runs an act and returns the names of the tables with changed rows.
type Watch = Callable[[Callable[[], None]], str]


def watch(act: Callable[[], None]) -> str:
    """Run an act; return the names of the tables with changed rows, empty without a change."""
    before = state()
    act()
    return changed(before, state())


class Tour:
    """A walk: the people, the way to send a request, and the findings."""

    def __init__(
        self, world: World, *, ask: Ask, undone: Ask | None, watched: Watch = watch
    ) -> None:
        """Set the way to send requests; `undone` also rolls back the changes of a response.

        Without `undone`, requests that should succeed are left for `later`: each needs a world of
        its own. `watched` returns the changes by refused requests.
        """
        self.world = world
        self.ask = ask
        self.undone = undone
        self.watched = watched
        self.tried = 0
        self.later: list[tuple[str, Row, str]] = []
        self.found: list[str] = []

    def visit(self, host: str, row: Row, sample: Sample = Sample.EVERYBODY) -> None:
        """Try a row with several people; first the refused requests, that must change no row."""
        tries = list(self._of(host, row, sample))
        self._try_refused(
            row, [one for one in tries if one[0].method in CHANGING and one[1] in REFUSALS]
        )
        for attempt, status in tries:
            if attempt.method not in CHANGING:
                self.compare(attempt, status, self.ask(attempt))
            elif status not in REFUSALS:
                self._succeed(row, attempt, status)

    def _succeed(self, row: Row, attempt: Try, status: int) -> None:
        if self.undone is not None:
            self.compare(attempt, status, self.undone(attempt))
        elif status >= BAD:
            self.compare(attempt, status, self.ask(attempt))
        else:
            self.later.append((attempt.host, row, attempt.who))

    def _try_refused(self, row: Row, refused: list[tuple[Try, int]]) -> None:
        def everyone() -> None:
            for attempt, status in refused:
                self.compare(attempt, status, self.ask(attempt))

        if refused and (tables := self.watched(everyone)):
            what = f"a refused request has changed something in {tables}"
            self.found.append(f"{row.route} {row.args}: {what}")

    def _of(self, host: str, row: Row, sample: Sample) -> Iterator[tuple[Try, int]]:
        path = address(host, row, self.world.things)
        for method in _methods(row, path, host=host, sample=sample):
            expected = row.expected(host, method)
            tried = _people(row, path, host=host, method=method, sample=sample)
            for who, status in expected.items():
                if who in tried:
                    yield Try(host, who, method, path), status

    def compare(self, attempt: Try, status: int, answer: Answer) -> None:
        """Record a difference from the table."""
        self.tried += 1
        if answer.status != status:
            self.found.append(f"{attempt}: {answer.status} instead of {status}")
        elif status == 403 and not _has_a_sentence(attempt, answer):  # noqa: PLR2004 - forbidden
            self.found.append(f"{attempt}: refused without a sentence")


def _methods(row: Row, path: str, *, host: str, sample: Sample) -> list[str]:
    if sample == Sample.EVERYBODY:
        return [*METHODS]
    if sample in {Sample.BY_TURNS, Sample.BY_ROLES}:
        return _some_methods(host, row, path)
    reached = [method for method in METHODS if not _is_vain(host, row, method)]
    return [method for method in reached if method not in MADE_FOR_ALL]


def _people(row: Row, path: str, *, host: str, method: str, sample: Sample) -> set[str]:
    if sample == Sample.ONE_FOR_EACH_ANSWER:
        return _one_for_each_answer(row.expected(host, method), f"{method} {path}")
    if sample == Sample.BY_TURNS:
        return _some_of(row, path, host=host, method=method)
    if sample == Sample.BY_ROLES:
        return _where_roles_count(row, path, host=host, method=method)
    return set(row.expected(host, method))


def _one_for_each_answer(expected: Mapping[str, int], what: str) -> set[str]:
    turn = zlib.crc32(what.encode())
    people = defaultdict(list)
    for who, status in expected.items():
        people[status].append(who)
    return {those[turn % len(those)] for those in people.values()}


def _some_methods(host: str, row: Row, path: str) -> list[str]:
    """Return the methods to try: of those that never reach the page, a single method by turns."""
    vain = [
        method
        for method in METHODS
        if method not in {"GET", "POST"} and _is_vain(host, row, method)
    ]
    tried = vain[zlib.crc32(path.encode()) % len(vain)] if vain else ""
    return [method for method in METHODS if method == tried or method not in vain]


def _is_vain(host: str, row: Row, method: str) -> bool:
    return all(status in BEFORE_THE_PAGE for status in row.expected(host, method).values())


def _some_of(row: Row, path: str, *, host: str, method: str) -> set[str]:
    """Return the people for a method: all if roles count, otherwise a few by turns."""
    expected = row.expected(host, method)
    first = zlib.crc32(f"{method} {path}".encode())
    if method == "HEAD":  # the same middleware derives it from every GET
        return {[*expected][first % len(expected)]}
    as_seen = row.expected(host, "GET") if method == "POST" else {}
    reached = set(expected.values()) - set(BEFORE_THE_PAGE)
    chosen: set[str] = set()
    for status in set(expected.values()):
        people = [who for who, theirs in expected.items() if theirs == status]
        if method not in {"GET", "POST"} or status not in reached:
            enough = 1
        elif reached == {status}:
            enough = ENOUGH
            chosen |= WITHOUT_ROLES & set(people)
            people = [who for who in people if who not in chosen]
        else:
            # A person without access to the page is refused by its other methods too.
            unseen = [who for who in people if as_seen.get(who) == status and status in REFUSALS]
            chosen.update(who for who in people if who not in unseen)
            people, enough = unseen, ENOUGH
        turn = first % len(people) if people else 0
        chosen.update([*people[turn:], *people[:turn]][:enough])
    return chosen


def _where_roles_count(row: Row, path: str, *, host: str, method: str) -> set[str]:
    """Return the people by turns of a method with several responses or without any."""
    expected = row.expected(host, method)
    chosen = _some_of(row, path, host=host, method=method)
    if method in {"GET", "POST"}:
        return chosen if len(set(expected.values()) - set(BEFORE_THE_PAGE)) > 1 else set()
    return {who for who in chosen if expected[who] == CLOSED}


def _has_a_sentence(attempt: Try, answer: Answer) -> bool:
    mark = '"detail":' if attempt.path.startswith("/api/") else "<h1"
    return attempt.method == "HEAD" or mark in answer.text


type State = dict[str, tuple[int, Any]]


def state(schemas: Iterable[str] = (HOME, schema.PUBLIC)) -> State:
    """Count and sum the rows of each table of some schemas, without sessions."""
    return {table: rows for name in schemas for table, rows in _state_of(name).items()}


def changed(before: State, now: State) -> str:
    """Return the names of the tables with changed rows; empty without a change."""
    return ", ".join(name for name in before | now if before.get(name) != now.get(name))


def _state_of(name: str) -> State:
    with schema.inside(name), connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [row[0] for row in cursor.fetchall()]
        sums = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"  # noqa: S608 - names of the catalogue
            for table in tables
        )
        cursor.execute(sums)
        return {f"{name}.{table}": (rows, total) for table, rows, total in cursor.fetchall()}
