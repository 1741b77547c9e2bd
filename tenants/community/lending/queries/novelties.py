"""News of this room for the daily digest, regardless of audience."""

import datetime as dt

from django.utils.translation import gettext as _

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
            note=_note_of(row),
            url=row.get_absolute_url(),
            author_id=row.owner_id or 0,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
        )
        for row in rows.select_related("owner").order_by("-created_at", "-pk")[:MOST_NEW]
    ]


def _note_of(row: Thing) -> str:
    """Return what a member decides by: that it is lent, the place, the lender."""
    parts = (_("À emprunter"), row.place, row.owner.short_name if row.owner else "")
    return " · ".join(part for part in parts if part)
