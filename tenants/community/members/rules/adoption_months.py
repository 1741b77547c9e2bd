"""Usage of a space by month and by site, in counts that identify no person. All pure."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from saas.kernel.display.writing import LEAST_SHOWN
from saas.kernel.values.months import first_of, months_later, year_until
from tenants.community.members.rules.adoption import Member, protected

QUIET_SHARE = 2  # a site is quiet if its share of active members is half of the others' share
REPORTED_UNTIL = 5  # of the next month
NOTHING: frozenset[int] = frozenset()


class Visit(NamedTuple):
    """A person that was active in a month, named by its first day."""

    person_id: int
    month: dt.date


class Month(NamedTuple):
    """A whole month: members at its end, arrivals, and active members; null means too few."""

    starts_on: dt.date
    members: int | None
    arrived: int | None
    active: int | None


class Workplace(NamedTuple):
    """A site of the space, and how many people are declared to work there."""

    id: int
    name: str
    head_count: int


class Site(NamedTuple):
    """How many members of a site joined, and were active in the last whole month."""

    id: int
    name: str
    head_count: int
    joined: int | None
    active: int | None


def first_month(today: dt.date) -> dt.date:
    """Return the first of the twelve whole months before this one."""
    return months_later(first_of(today), -12)


def is_reported(today: dt.date) -> bool:
    """Return True on the days on which the last month is reported: the clock may miss a night."""
    return today.day <= REPORTED_UNTIL


def last_month(today: dt.date) -> dt.date:
    """Return the last whole month."""
    return months_later(first_of(today), -1)


def months(members: Sequence[Member], visits: Iterable[Visit], *, today: dt.date) -> list[Month]:
    """Return the last twelve whole months, oldest first, without those before the first member."""
    known = {member.person_id for member in members}
    active: dict[dt.date, set[int]] = {}
    for visit in visits:
        if visit.person_id in known:
            active.setdefault(visit.month, set()).add(visit.person_id)
    begun = first_of(min((member.joined_on for member in members), default=today))
    found = []
    for month in year_until(last_month(today)):
        until = months_later(month)
        if month < begun:
            continue
        arrived = sum(month <= member.joined_on < until for member in members)
        joined = sum(member.joined_on < until for member in members)
        people = len(active.get(month, NOTHING))
        found.append(
            Month(
                month,
                protected(joined, people=joined),
                protected(arrived, people=arrived),
                protected(people, people=people),
            )
        )
    return found


def active_in(visits: Iterable[Visit], month: dt.date) -> set[int]:
    """Return the people that were active in a month."""
    return {visit.person_id for visit in visits if visit.month == month}


def sites(
    workplaces: Sequence[Workplace], members: Sequence[Member], active: Collection[int]
) -> list[Site]:
    """Return the figures of each site, in the order of the workplaces.

    If a single figure is hidden, the smallest of the others is hidden too: the total would reveal
    it.
    """
    at_site: Mapping[int, list[int]] = {one.id: [] for one in workplaces}
    for member in members:
        at_site.get(member.site_id or 0, []).append(member.person_id)
    found = []
    for one in workplaces:
        people = at_site[one.id]
        joined = len(people) if len(people) >= LEAST_SHOWN else None
        count = len([person_id for person_id in people if person_id in active])
        found.append(Site(one.id, one.name, one.head_count, joined, protected(count, people=count)))
    shown = sorted((one.active, one.id) for one in found if one.active is not None)
    if len(shown) != len(found) - 1 or not shown:
        return found
    return [one._replace(active=None) if one.id == shown[0][1] else one for one in found]


def quiet_sites(found: Sequence[Site]) -> list[Site]:
    """Return sites with few members, or with a much smaller share of active ones than the others.

    A site with a hidden number of active members is not judged by it.
    """
    known = [site for site in found if site.active is not None]
    heads = sum(site.head_count for site in known)
    active = sum(site.active or 0 for site in known)
    return [
        site
        for site in found
        if active
        and (
            site.joined is None
            or (
                site.active is not None
                and QUIET_SHARE * site.active * heads < active * site.head_count
            )
        )
    ]
