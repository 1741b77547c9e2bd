"""Deals for tests, made where the test is."""

import datetime as dt
from typing import Any

from django.utils import timezone

from saas.accounts.models import User
from tenants.community.deals import actions, rules
from tenants.community.deals.models import Deal
from tests.fixtures.people import make_user


def terms(**changes: Any) -> rules.Terms:
    """The words of a deal, a cinema's code unless told otherwise."""
    usual: dict[str, Any] = {
        "category": "outings",
        "title": "Cinéma : deux places pour une",
        "description": "Le mardi.",
        "code": "LOGE2",
        "link": "https://www.cinema.example/reserver",
        "ends_on": timezone.localdate() + dt.timedelta(days=20),
    }
    return rules.Terms(**(usual | changes))


def make_deal(author: User, *, at: dt.datetime | None = None, **changes: Any) -> Deal:
    """Pass a deal on."""
    return actions.post(terms=terms(**changes), by=author, at=at or timezone.now())


def voted(deal: Deal, *, yes: int = 0, no: int = 0) -> Deal:
    """Let new colleagues vote."""
    for number in range(yes + no):
        voter = make_user(f"Voix{number}")
        actions.vote(deal=deal, works=number < yes, by=voter, at=timezone.now())
    deal.refresh_from_db()
    return deal
