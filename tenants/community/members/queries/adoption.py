"""How much a space is used: the acts that rooms keep, counted in three statements."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, F, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from saas.kernel import modules
from saas.kernel.display.writing import shortdate, shown_count
from saas.kernel.offers import adoption_hooks
from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.members.models import Profile, Thanks
from tenants.community.members.queries.adoption_months import Course, course, workplaces_of
from tenants.community.members.rules import adoption as rules
from tenants.community.members.rules.adoption_months import Workplace
from tenants.community.members.wording import adoption as wording
from tenants.community.members.wording.ideas import Idea
from tenants.spaces.models import OwnCompany


class Usage(NamedTuple):
    """The figures of a space or a site: its weeks and rooms, and its months and sites."""

    found: rules.Adoption
    course: Course
    site: Workplace | None


def adoption(scope: Collection[int] | None, *, at: dt.datetime) -> rules.Adoption:
    """Return usage counts of the space, or of the employees of some of its companies."""
    return _adoption(members_of(scope), kinds_of_acts(), _employers(scope), at=at)


def usage(scope: Collection[int] | None, *, at: dt.datetime, site_id: int = 0) -> Usage:
    """Return all figures of usage; an unknown site is the whole space."""
    workplaces = workplaces_of(scope)
    site = next((one for one in workplaces if one.id == site_id), None)
    kinds, members = kinds_of_acts(), members_of(scope)
    own = [one for one in members if site is None or one.site_id == site.id]
    employers = _employers(scope)
    if site is not None:
        employers = [rules.Employer(site.id, site.name, site.head_count)]
    return Usage(
        _adoption(own, kinds, employers, at=at),
        course(members, own, kinds, workplaces=workplaces, site=site, at=at),
        site,
    )


def _adoption(
    members: Sequence[rules.Member],
    kinds: Sequence[Acts],
    employers: Sequence[rules.Employer],
    *,
    at: dt.datetime,
) -> rules.Adoption:
    today = timezone.localdate(at)
    return rules.reckon(
        members=members,
        employers=employers,
        kinds=[rules.Kind(str(one.room), str(one.column)) for one in kinds],
        arrivals=wording.arrivals(),
        acts=_acts(kinds, since=rules.first_day(today)),
        today=today,
    )


def kinds_of_acts() -> list[Acts]:
    """Return the acts that the rooms of the space keep."""
    return adoption_hooks.acts.collect()


def _employers(scope: Collection[int] | None) -> list[rules.Employer]:
    return [
        rules.Employer(one.pk, one.name, one.head_count)
        for one in OwnCompany.objects.all()
        if scope is None or one.pk in scope
    ]


def members_of(scope: Collection[int] | None) -> list[rules.Member]:
    """Return the members of the space, or of some of its companies."""
    rows = Profile.objects.filter(user__is_active=True)
    if scope is not None:
        rows = rows.filter(company_id__in=scope)
    return [
        rules.Member(person_id, company_id, timezone.localdate(joined_at), site_id)
        for person_id, company_id, joined_at, site_id in rows.values_list(
            "user_id", "company_id", "joined_at", "site_id"
        )
    ]


def _acts(kinds: Sequence[Acts], *, since: dt.date) -> Iterator[rules.Act]:
    """Yield the number of acts by kind, person and day, with a single query."""
    zone = timezone.get_current_timezone()
    begin = dt.datetime.combine(since, dt.time(), tzinfo=zone)
    parts = [
        one.rows.filter(**{f"{one.at}__gte": begin})
        .order_by()
        .values(act_kind=Value(number), act_by=F(one.person), act_on=TruncDate(one.at))
        .annotate(act_count=Count("pk"))
        .values_list("act_kind", "act_by", "act_on", "act_count")
        for number, one in enumerate(kinds)
    ]
    rows: Any = parts[0].union(*parts[1:], all=True) if parts else []
    return (rules.Act(*row) for row in rows)


def acts() -> list[Acts]:
    """Return the thanks that members gave each other."""
    return [Acts(wording.thanks(), Thanks.objects.all(), "giver_id", "given_at")]


def advice(found: rules.Adoption, course: Course) -> list[Idea]:
    """Return advice for the counts shown, without ideas for rooms that are switched off."""
    switched = {str(module.name) for module in modules.offered()}
    idle = [room.name for room in found.rooms if room.month is None and room.name in switched]
    ideas = wording.advice(
        few=wording.few_joined(found.joined, found.head_count)
        if found.head_count and found.percent < wording.HALF
        else None,
        quiet_sites=[site.name for site in course.quiet_sites],
        quiet=found.month is None,
        fades=found.fades,
        unused=idle if found.month else [],
    )
    return [one for one in ideas if modules.is_used(one.page.partition(":")[0])]


def sheet(found: rules.Adoption, course: Course) -> Iterator[list[str]]:
    """Write the figures of the page as rows of a spreadsheet."""
    yield from _course_rows(course)
    yield [*wording.week_columns(), *found.columns]
    for week in found.weeks:
        yield [shortdate(week.starts_on), *map(_cell, (week.active, *week.counts))]
    yield []
    yield wording.room_columns()
    for room in found.rooms:
        yield [room.name, _cell(room.week), _cell(room.month)]
    if found.companies:
        yield []
        yield wording.company_columns()
    for one in found.companies:
        yield [one.name, str(one.head_count), _cell(one.joined), _cell(one.active)]


def _course_rows(course: Course) -> Iterator[list[str]]:
    yield wording.month_columns()
    for month in course.months:
        cells = map(_cell, (month.members, month.arrived, month.active))
        yield [f"{month.starts_on:%Y-%m}", *cells]
    yield []
    if not course.sites:
        return
    yield wording.site_columns()
    for site in course.sites:
        yield [site.name, str(site.head_count), _cell(site.joined), _cell(site.active)]
    yield []


def _cell(count: int | None) -> str:
    """Write a count so that a spreadsheet reckons with it."""
    return shown_count(None) if count is None else str(count)
