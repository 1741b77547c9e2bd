"""A member accepts the conditions of use, again for each new version."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.kernel.values import legal
from tenants.community.members.models import Profile
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import conditions as rules


@transaction.atomic
def accept_conditions(*, version: int, by: User, at: dt.datetime) -> Profile:
    """Record that a member accepts the newest terms of use. Raises Refused for an older version.

    The first acceptance of a version keeps its moment.
    """
    rules.check_newest(version)
    profile = queries.profile_to_change(by) or Profile(
        user=by, joined_by=Profile.Joined.DOMAIN, joined_at=by.created_at
    )
    if profile.cgu_version == version:
        return profile
    for column, value in legal.accepted_at(legal.CGU, at).items():
        setattr(profile, column, value)
    profile.full_clean()
    profile.save()
    return profile
