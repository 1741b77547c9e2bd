"""Threads that switch between spaces in every way, and compare each row's space with its schema."""

import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from infra.drills.inside import ways
from infra.drills.inside.spaces import MARK
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError

DEEPEST = 5


@dataclass
class Tally:
    """A thread's attempts, and the rows with the name of another space."""

    tried: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    perhaps: Counter[str] = field(default_factory=Counter)
    switches: int = 0

    def add(self, other: "Tally") -> None:
        """Count another thread's in."""
        for name in ("tried", "errors", "written", "perhaps"):
            getattr(self, name).update(getattr(other, name))
        self.wrong += other.wrong
        self.switches += other.switches


@dataclass(frozen=True)
class Plan:
    """The steps of all threads; the same plan and seed give the same steps."""

    spaces: list[str]
    rounds: int
    threads: int
    seed: int
    pooled: bool

    @property
    def written(self) -> str:
        """Return the name of this walk's rows, distinct from earlier walks."""
        return "written-pool" if self.pooled else "written-lasting"


class Walk:
    """A thread's walk: a step at a time, each drawn from its own seed."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.name = f"{plan.seed}x{number}x{int(plan.pooled)}"
        self.chance = random.Random(self.name)  # noqa: S311 - a drill that can be repeated
        self.tally = Tally()
        self.serial = itertools.count()
        self.done = 0

    def spaces(self, count: int) -> list[str]:
        """Draw spaces, all different."""
        return self.chance.sample(self.plan.spaces, count)

    def check(self, names: list[str], space: str, how: str) -> None:
        """Hold every row against the space that it was read in."""
        self.tally.wrong += [
            f"{how}: a row of {name} in {space}" for name in names if name != space
        ]

    def marked(self, space: str, how: str) -> None:
        """Read the rows that every space has; their numbers are the same, their names are not."""
        rows = User.objects.filter(last_name=MARK).values_list("first_name", flat=True)
        self.check(list(rows), space, how)

    def write(self, space: str, how: str) -> User:
        """Create a row with the name of its space, and read it again."""
        email = f"w{self.name}x{next(self.serial)}@{space}.example"
        self.tally.perhaps[space] += 1
        made = User.objects.create(
            email=email,
            first_name=space,
            last_name=self.plan.written,
            created_at=ways.MOMENT,
        )
        found = User.objects.filter(pk=made.pk).values_list("first_name", "email")
        self.check([name for name, _ in found], space, how)
        if [found_email for _, found_email in found] != [email]:
            self.tally.wrong.append(f"{how}: what was written in {space} is not there")
        return made

    def run_share(self, share: int, report: Callable[[int], None]) -> None:
        """Step until the share of switches is done; hand the connection back in between."""
        names = [way for way in ways.WAYS for _ in range(way.weight)]
        while self.done < share:
            way = self.chance.choice(names)
            self._step(way)
            if self.plan.pooled and self.chance.random() < ways.HANDED_BACK:
                connection.close()
            self.done += way.switches
            report(way.switches)
        self.tally.switches += schema.connection().switches
        connection.close()

    def _step(self, way: "ways.Way") -> None:
        self.tally.tried[way.name] += 1
        try:
            way.act(self)
        except WrongSpaceError:
            self.tally.errors[f"refused by a guard in {way.name}"] += 1
            self._start_over()
        except (DatabaseError, InterfaceError, psycopg.Error) as error:
            self.tally.errors[_kind_of(error)] += 1
            self._start_over()

    def _start_over(self) -> None:
        """Close the connection as a server does; the next request begins in public."""
        connection.close()
        schema.enter(schema.PUBLIC)


def _kind_of(error: BaseException) -> str:
    """Return the kind of an error: a killed connection, or any other error's text."""
    cause: BaseException | None = error
    for _ in range(DEEPEST):
        if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
            return "a killed connection"
        cause = cause and (cause.__cause__ or cause.__context__)
    return f"{type(error).__name__}: {error}"[:120]


def walk(plan: Plan, report: Callable[[int], None]) -> Tally:
    """Run all threads, and return their combined tally."""
    walks = [Walk(plan, number) for number in range(plan.threads)]
    share = -(-plan.rounds // plan.threads)
    threads = [
        threading.Thread(target=one.run_share, args=(share, report), name=f"walk-{number}")
        for number, one in enumerate(walks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Tally()
    for one in walks:
        total.add(one.tally)
        if one.done < share:
            total.errors["a thread that ended too early"] += 1
    return total


def audit(names: list[str], tally: Tally) -> None:
    """Read every row of every space at the end, and those of public."""
    connection.close()
    for name in names:
        with schema.inside(name):
            found = Counter(User.objects.values_list("first_name", flat=True))
        tally.wrong += [
            f"in the end: {count} rows of {other} in {name}"
            for other, count in found.items()
            if other != name
        ]
    with schema.in_public():
        fallen = User.objects.filter(first_name__in=[*names, "never"]).count()
    if fallen:
        tally.wrong.append(f"in the end: {fallen} rows of spaces in public")
    connection.close()


def lost(plan: Plan, tally: Tally) -> list[str]:
    """Return the spaces with more rows than attempted writes, or fewer than committed writes."""
    result = []
    for name in plan.spaces:
        with schema.inside(name):
            found_email = User.objects.filter(last_name=plan.written).count()
        if not tally.written[name] <= found_email <= tally.perhaps[name]:
            result.append(
                f"{name} keeps {found_email} rows, {tally.written[name]} were committed of"
                f" {tally.perhaps[name]} tried"
            )
    connection.close()
    return result
