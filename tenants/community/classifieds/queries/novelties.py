"""News of this room for the daily digest, regardless of audience."""

import datetime as dt

from saas.kernel.display.writing import price
from saas.kernel.offers.digest_hooks import Novelty
from saas.kernel.private_pictures import THUMB_WIDTH, file_for
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries.tiles import cover_of, with_cover
from tenants.spaces.audiences import Audience

MOST_NEW = 50


def novelties(since: dt.datetime, until: dt.datetime) -> list[Novelty]:
    """List classifieds created between two moments and still open, newest first."""
    rows = Classified.objects.filter(
        hidden_at=None,
        created_at__gte=since,
        created_at__lt=until,
        closed_at=None,
        author__is_active=True,
    )
    shown = with_cover(rows.select_related("author")).order_by("-created_at", "-pk")
    return [
        Novelty(
            at=row.created_at,
            symbol="tag",
            title=row.title,
            note=_note_of(row),
            url=row.get_absolute_url(),
            author_id=row.author_id,
            company_id=row.company_id if row.audience == Audience.COMPANY else None,
            site_id=row.site_id,
            picture=file_for(cover, THUMB_WIDTH) if (cover := cover_of(row)) else "",
        )
        for row in shown[:MOST_NEW]
    ]


def _note_of(row: Classified) -> str:
    """Return what a member decides by: the kind, the price, the place, the author."""
    cost = price(row.price_cents) if row.price_cents else ""
    parts = (str(row.get_kind_display()), cost, row.place, row.author.short_name)
    return " · ".join(part for part in parts if part)
