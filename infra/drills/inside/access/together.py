"""Gatherings of the two spaces of tests, for routes to show."""

import datetime as dt

from saas.accounts.models import User
from tenants.community.gatherings import actions, rules

WEEK = dt.timedelta(days=7)


def make_gathering(by: User, title: str, at: dt.datetime, *, audience: str = "space") -> str:
    """Announce a gathering a week ahead, and name it."""
    plan = rules.Plan(
        kind="sport",
        title=title,
        description="",
        site_id=None,
        place="Porte Sud",
        starts_at=at + WEEK,
        ends_at=at + WEEK + dt.timedelta(hours=1),
        places=20,
    )
    return actions.announce(plan=plan, audience=audience, by=by, at=at).reference
