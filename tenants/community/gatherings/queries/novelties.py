"""News of this room for the daily digest, regardless of audience."""

import datetime as dt

from saas.kernel import hooks
from saas.kernel.display import writing
from tenants.community.gatherings import rules
from tenants.community.gatherings.models import Gathering
from tenants.spaces.audiences import Audience

MOST_NEW = 50


def novelties(since: dt.datetime, until: dt.datetime) -> list[hooks.Novelty]:
    """List gatherings created between two moments and not cancelled, newest first."""
    rows = Gathering.objects.filter(
        hidden_at=None,
        created_at__gte=since,
        created_at__lt=until,
        cancelled_at=None,
        organiser__is_active=True,
    )
    return [
        hooks.Novelty(
            at=row.created_at,
            symbol=rules.SYMBOLS[row.kind],
            title=row.title,
            note=f"{writing.moment(row.starts_at)} · {row.place} · {row.organiser.short_name}",
            url=row.get_absolute_url(),
            author_id=row.organiser_id,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
        )
        for row in rows.select_related("organiser").order_by("-created_at", "-pk")[:MOST_NEW]
    ]
