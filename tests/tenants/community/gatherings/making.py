"""Gatherings for tests, made where the test is."""

import datetime as dt
from typing import Any

from saas.accounts.models import User
from tenants.community.gatherings import actions, rules
from tenants.community.gatherings.models import Gathering, Participation
from tests.fixtures.people import DAY, HOUR


def plan(starts_at: dt.datetime, **changes: Any) -> rules.Plan:
    """An organiser's description, a run of an hour unless told otherwise."""
    usual: dict[str, Any] = {
        "kind": "sport",
        "title": "Course à pied",
        "description": "Six kilomètres, tous niveaux.",
        "site_id": None,
        "place": "Porte Sud",
        "starts_at": starts_at,
        "ends_at": starts_at + HOUR,
        "places": 2,
    }
    return rules.Plan(**(usual | changes))


def make_gathering(
    organiser: User,
    *,
    at: dt.datetime,
    starts_at: dt.datetime | None = None,
    repeat: rules.Repeat | None = None,
    audience: str = "space",
    **changes: Any,
) -> Gathering:
    """Announce a gathering three days from now."""
    described = plan(starts_at or at + 3 * DAY, **changes)
    return actions.announce(plan=described, repeat=repeat, audience=audience, by=organiser, at=at)


def states_of(gathering: Gathering) -> dict[str, str]:
    """The state of each person of the list, by first name, in its order."""
    rows = Participation.objects.filter(gathering=gathering).select_related("person")
    return {row.person.first_name: row.state for row in rows}
