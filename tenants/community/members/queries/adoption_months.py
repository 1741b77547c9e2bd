"""Usage of a space by month and by site, counted in three statements."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import DateField, F
from django.db.models.functions import TruncMonth
from django.utils import timezone

from saas.kernel.display.count_charts import CountChart, Counts, count_chart
from saas.kernel.offers.adoption_hooks import Acts
from tenants.community.members.rules import adoption_months as rules
from tenants.community.members.rules.adoption import Member
from tenants.spaces.models import OwnSite

SEVERAL = 2


class Course(NamedTuple):
    """The last twelve whole months of a space or a site, and the sites if there are several."""

    months: list[rules.Month]
    sites: list[rules.Site]
    quiet_sites: list[rules.Site]
    chart: CountChart | None

    @property
    def last(self) -> rules.Month | None:
        """The last whole month."""
        return self.months[-1] if self.months else None


def course(
    members: Sequence[Member],
    own: Sequence[Member],
    kinds: Sequence[Acts],
    *,
    workplaces: Sequence[rules.Workplace],
    site: rules.Workplace | None,
    at: dt.datetime,
) -> Course:
    """Return the months of `own`: all members, or a site's; and the figures of each site."""
    today = timezone.localdate(at)
    visits = _visits(kinds, since=rules.first_month(today))
    months = rules.months(own, visits, today=today)
    active = rules.active_in(visits, rules.last_month(today))
    sites = rules.sites(workplaces, members, active)
    return Course(
        months,
        sites if len(sites) >= SEVERAL else [],
        rules.quiet_sites(sites) if site is None else [],
        count_chart([Counts(one.starts_on, one.members, one.active) for one in months]),
    )


def workplaces_of(scope: Collection[int] | None) -> list[rules.Workplace]:
    """Return the sites of the space, the largest first.

    Head-counts are left out for the companies of a scope, which share the sites.
    """
    return [
        rules.Workplace(one.pk, one.name, one.head_count if scope is None else 0)
        for one in OwnSite.objects.all()
    ]


def _visits(kinds: Sequence[Acts], *, since: dt.date) -> list[rules.Visit]:
    """Return each active person of each month once, with a single query."""
    begin = dt.datetime.combine(since, dt.time(), tzinfo=timezone.get_current_timezone())
    parts = [
        one.rows.filter(**{f"{one.at}__gte": begin})
        .order_by()
        .values(act_by=F(one.person), act_in=TruncMonth(one.at, output_field=DateField()))
        .values_list("act_by", "act_in")
        for one in kinds
    ]
    rows: Any = parts[0].union(*parts[1:]) if parts else []
    return [rules.Visit(*row) for row in rows]
