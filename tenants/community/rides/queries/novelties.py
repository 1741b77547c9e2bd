"""News of this room for the day's digest, regardless of visibility."""

import datetime as dt

from django.db.models import Min

from saas.kernel.offers.digest_hooks import Novelty
from tenants.community.rides import wording
from tenants.community.rides.models import Ride
from tenants.community.rides.queries.places import site_names
from tenants.spaces.audiences import Audience

MOST_NEW = 50


def novelties(since: dt.datetime, until: dt.datetime) -> list[Novelty]:
    """Return the rides created between two moments and still open, the newest first."""
    rows = Ride.objects.filter(
        hidden_at=None,
        created_at__gte=since,
        created_at__lt=until,
        closed_at=None,
        author__is_active=True,
    )
    timed = rows.select_related("author").annotate(leaves_at=Min("departures__starts_at"))
    found = list(timed.order_by("-created_at", "-pk")[:MOST_NEW])
    names = site_names() if found else {}
    return [
        Novelty(
            at=row.created_at,
            symbol="car",
            title=wording.title_of(row, names.get(row.site_id, "")),
            note=wording.note_of(row, row.leaves_at),
            url=row.get_absolute_url(),
            author_id=row.author_id,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
            site_id=row.site_id,
        )
        for row in found
    ]
