"""News of this room for the daily digest, regardless of audience."""

import datetime as dt

from saas.kernel import hooks
from tenants.community.lending.models import Thing
from tenants.spaces.audiences import Audience

MOST_NEW = 50


def novelties(since: dt.datetime, until: dt.datetime) -> list[hooks.Novelty]:
    """List things created between two moments and not withdrawn, newest first."""
    rows = Thing.objects.filter(
        created_at__gte=since, created_at__lt=until, withdrawn_at=None, hidden_at=None
    )
    return [
        hooks.Novelty(
            at=row.created_at,
            symbol="hand-helping",
            title=row.title,
            note=row.place,
            url=row.get_absolute_url(),
            author_id=row.owner_id or 0,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
        )
        for row in rows.order_by("-created_at", "-pk")[:MOST_NEW]
    ]
