"""All that runs of a member, by what is due next."""

import datetime as dt
from typing import NamedTuple

from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.offers import home_hooks

A_WEEK = dt.timedelta(days=7)


class Runs(NamedTuple):
    """Things that need a member today or are late, those of the week, and the rest."""

    today: list[home_hooks.Running]
    week: list[home_hooks.Running]
    later: list[home_hooks.Running]


def running(user: User, at: dt.datetime) -> Runs:
    """Ask all rooms for what is not finished, what is due next first."""
    rows = home_hooks.running.collect(user, at)
    rows.sort(key=lambda row: (not row.due, row.at))
    today = timezone.localdate(at)
    runs = Runs([], [], [])
    for row in rows:
        if row.due or timezone.localdate(row.at) <= today:
            runs.today.append(row)
        elif row.at <= at + A_WEEK:
            runs.week.append(row)
        else:
            runs.later.append(row)
    return runs
