"""Usage of a space, in counts that identify no person. All pure.

A count is shown if it comes from at least five people, and rounded down to a multiple of five: so
neither a row, nor the difference between two rows, two weeks or two visits, reveals a single
person.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from saas.kernel.display.writing import LEAST_SHOWN

WEEKS = 12
A_WEEK, A_DAY = dt.timedelta(days=7), dt.timedelta(days=1)
LAST_WEEK, LAST_MONTH = dt.timedelta(days=7), dt.timedelta(days=30)
COMPARED_WEEKS = 4
FADES_UNDER = 0.75
SEVERAL = 2


class Kind(NamedTuple):
    """A kind of act: its room, and its column in the weekly table, if any."""

    room: str
    column: str


class Act(NamedTuple):
    """The number of acts of a kind by a person on a day."""

    kind: int
    person_id: int
    day: dt.date
    times: int


class Member(NamedTuple):
    """A person with access, their company, the day they joined, and their site."""

    person_id: int
    company_id: int | None
    joined_on: dt.date
    site_id: int | None = None


class Employer(NamedTuple):
    """A company, and how many work there."""

    id: int
    name: str
    head_count: int


class Week(NamedTuple):
    """A week: the number of active members, and its columns; null means too few.

    `bar` is the length of its bar, in percent of the longest.
    """

    starts_on: dt.date
    active: int | None
    counts: tuple[int | None, ...]
    columns: tuple[str, ...]
    bar: int = 0

    @property
    def named(self) -> list[tuple[str, int | None]]:
        """The counts with the names of their columns."""
        return list(zip(self.columns, self.counts, strict=True))


class Room(NamedTuple):
    """How many were active in a room in the last 7 and 30 days."""

    name: str
    week: int | None
    month: int | None


class Company(NamedTuple):
    """How many of a company joined, and were active in the last 30 days."""

    name: str
    head_count: int
    joined: int | None
    active: int | None


class Adoption(NamedTuple):
    """How much a space is used."""

    head_count: int
    joined: int
    week: int | None
    month: int | None
    weeks: list[Week]
    rooms: list[Room]
    companies: list[Company]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of each week."""
        return self.weeks[0].columns

    @property
    def percent(self) -> int:
        """The part of the head-count that has joined."""
        return min(100, 100 * self.joined // self.head_count) if self.head_count else 0

    @property
    def fades(self) -> bool:
        """True if the last weeks were much quieter than those before, by the counts shown."""
        active = [week.active or 0 for week in self.weeks]
        last, before = (
            sum(active[-COMPARED_WEEKS:]),
            sum(active[-2 * COMPARED_WEEKS : -COMPARED_WEEKS]),
        )
        return before > 0 and last < FADES_UNDER * before


def protected(count: int, *, people: int) -> int | None:
    """Return a count for display: rounded down, empty if it comes from too few people."""
    return None if people < LEAST_SHOWN else count - count % LEAST_SHOWN


def monday_of(day: dt.date) -> dt.date:
    """Return the first day of a week."""
    return day - dt.timedelta(days=day.weekday())


def first_day(today: dt.date) -> dt.date:
    """Return the first day of the counted period."""
    return monday_of(today) - WEEKS * A_WEEK


def reckon(
    *,
    members: Sequence[Member],
    employers: Sequence[Employer],
    kinds: Sequence[Kind],
    acts: Iterable[Act],
    arrivals: str,
    today: dt.date,
) -> Adoption:
    """Return the members' acts in whole weeks, and in the days until yesterday.

    `arrivals` names the column of new members.
    """
    known = {member.person_id: member.company_id for member in members}
    own = [act for act in acts if act.person_id in known and act.day < today]
    month = _people(own, since=today - LAST_MONTH)
    return Adoption(
        head_count=sum(employer.head_count for employer in employers),
        joined=len(members),
        week=_shown(_people(own, since=today - LAST_WEEK)),
        month=_shown(month),
        weeks=_weeks(members, kinds, own, arrivals=arrivals, today=today),
        rooms=_rooms(kinds, own, today=today),
        companies=_companies(employers, known, month) if len(employers) >= SEVERAL else [],
    )


def _people(acts: Iterable[Act], *, since: dt.date) -> set[int]:
    return {act.person_id for act in acts if act.day >= since}


def _shown(people: set[int]) -> int | None:
    return protected(len(people), people=len(people))


def _weeks(
    members: Sequence[Member],
    kinds: Sequence[Kind],
    acts: Sequence[Act],
    *,
    arrivals: str,
    today: dt.date,
) -> list[Week]:
    begins = [first_day(today) + number * A_WEEK for number in range(WEEKS)]
    in_week: dict[dt.date, list[Act]] = {begin: [] for begin in begins}
    for act in acts:
        in_week.get(monday_of(act.day), []).append(act)
    shown = [number for number, kind in enumerate(kinds) if kind.column]
    columns = (arrivals, *(kinds[number].column for number in shown))
    weeks = [
        Week(
            begin,
            _shown({act.person_id for act in in_week[begin]}),
            (
                _shown({one.person_id for one in members if monday_of(one.joined_on) == begin}),
                *(
                    _count([act for act in in_week[begin] if act.kind == number])
                    for number in shown
                ),
            ),
            columns,
        )
        for begin in begins
    ]
    most = max(week.active or 0 for week in weeks)
    return (
        [week._replace(bar=100 * (week.active or 0) // most) for week in weeks] if most else weeks
    )


def _count(acts: Sequence[Act]) -> int | None:
    people = {act.person_id for act in acts}
    return protected(sum(act.times for act in acts), people=len(people))


def _rooms(kinds: Sequence[Kind], acts: Sequence[Act], *, today: dt.date) -> list[Room]:
    by_room: dict[str, list[Act]] = {kind.room: [] for kind in kinds}
    for act in acts:
        by_room[kinds[act.kind].room].append(act)
    return [
        Room(
            name,
            _shown(_people(own, since=today - LAST_WEEK)),
            _shown(_people(own, since=today - LAST_MONTH)),
        )
        for name, own in by_room.items()
    ]


def _companies(
    employers: Sequence[Employer], known: Mapping[int, int | None], active: set[int]
) -> list[Company]:
    found = []
    for employer in employers:
        people = {person_id for person_id, company_id in known.items() if company_id == employer.id}
        joined = len(people) if len(people) >= LEAST_SHOWN else None
        found.append(Company(employer.name, employer.head_count, joined, _shown(people & active)))
    return _without_the_difference(found)


def _without_the_difference(companies: list[Company]) -> list[Company]:
    """Hide the smallest figure, too, if the others would reveal the only hidden figure."""
    shown = sorted(
        (one.active, number) for number, one in enumerate(companies) if one.active is not None
    )
    if len(shown) != len(companies) - 1 or not shown:
        return companies
    smallest = shown[0][1]
    return [
        one._replace(active=None) if number == smallest else one
        for number, one in enumerate(companies)
    ]
