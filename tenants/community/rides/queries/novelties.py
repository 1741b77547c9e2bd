"""News of this room for the day's digest, regardless of visibility."""

import datetime as dt

from saas.kernel import hooks
from tenants.community.rides import wording
from tenants.community.rides.models import Ride
from tenants.community.rides.queries.places import site_names
from tenants.spaces.audiences import Audience

MOST_NEW = 50


def novelties(since: dt.datetime, until: dt.datetime) -> list[hooks.Novelty]:
    """Return the rides created between two moments and still open, the newest first."""
    rows = Ride.objects.filter(
        hidden_at=None,
        created_at__gte=since,
        created_at__lt=until,
        closed_at=None,
        author__is_active=True,
    )
    found = list(rows.order_by("-created_at", "-pk")[:MOST_NEW])
    names = site_names() if found else {}
    return [
        hooks.Novelty(
            at=row.created_at,
            symbol="car",
            title=wording.title_of(row, names.get(row.site_id, "")),
            note=wording.days_in_words(row.weekdays),
            url=row.get_absolute_url(),
            author_id=row.author_id,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
        )
        for row in found
    ]
