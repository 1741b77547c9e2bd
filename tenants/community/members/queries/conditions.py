"""The conditions of use as a member is asked to accept them."""

import datetime as dt
from typing import Any, NamedTuple

from django.urls import reverse

from saas.accounts.models import User
from saas.kernel.values import legal
from tenants.community.members.queries.people import profile_of
from tenants.community.members.rules import conditions as rules
from tenants.spaces import hosts


class ConditionsPage(NamedTuple):
    """The newest conditions of use, and the member's answer to them."""

    version: int
    in_force: dt.date
    url: str
    is_first: bool
    accepted_at: dt.datetime | None


def conditions_page(person: User) -> ConditionsPage:
    """Return the newest conditions of use, and when the person accepted them."""
    newest, profile = legal.current(legal.CGU), profile_of(person)
    accepted = profile is not None and profile.cgu_version == newest.version
    return ConditionsPage(
        version=newest.version,
        in_force=newest.in_force,
        url=conditions_url(),
        is_first=profile is None or profile.cgu_version == 0,
        accepted_at=profile.cgu_accepted_at if profile and accepted else None,
    )


def conditions_url() -> str:
    """Return the address of the newest conditions of use, on the public site."""
    return hosts.public_url(f"/legal/{legal.CGU}/")


def before_writing(person: Any) -> str | None:
    """Return the address of the terms of use, if the member has not accepted the newest version."""
    version = getattr(person, "accepted_conditions", None)
    return reverse("members:conditions") if rules.must_accept(version) else None
