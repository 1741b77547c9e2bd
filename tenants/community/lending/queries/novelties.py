"""News of this room for the daily digest, regardless of audience."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.kernel.offers.digest_hooks import Novelty
from saas.kernel.private_pictures import THUMB_WIDTH, file_for
from tenants.community.lending.models import Thing
from tenants.community.lending.queries.things import cover_of, with_cover
from tenants.spaces.audiences import Audience

MOST_NEW = 50


def novelties(since: dt.datetime, until: dt.datetime) -> list[Novelty]:
    """List things created between two moments and not withdrawn, newest first."""
    rows = Thing.objects.filter(
        created_at__gte=since, created_at__lt=until, withdrawn_at=None, hidden_at=None
    )
    shown = with_cover(rows.select_related("owner")).order_by("-created_at", "-pk")
    return [
        Novelty(
            at=row.created_at,
            symbol="hand-helping",
            title=row.title,
            note=_note_of(row),
            url=row.get_absolute_url(),
            author_id=row.owner_id or 0,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
            site_id=row.site_id,
            picture=file_for(cover, THUMB_WIDTH) if (cover := cover_of(row)) else "",
        )
        for row in shown[:MOST_NEW]
    ]


def _note_of(row: Thing) -> str:
    """Return what a member decides by: that it is lent, the place, the lender."""
    parts = (_("À emprunter"), row.place, row.owner.short_name if row.owner else "")
    return " · ".join(part for part in parts if part)
