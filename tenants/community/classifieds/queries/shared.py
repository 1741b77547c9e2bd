"""Classifieds that this space offers to its neighbours too, as values that may leave the room."""

import datetime as dt

from saas.kernel import hooks
from saas.kernel.private_pictures import file_for
from tenants.community.classifieds import rules
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries.board import all_open
from tenants.community.classifieds.queries.tiles import cover_of, with_cover

MOST_OFFERED = 500
WIDTH = 960


def offered_items(at: dt.datetime) -> list[hooks.OfferedItem]:
    """List the classifieds offered to neighbours under a treaty, newest first."""
    for_them = all_open(at=at).filter(audience=Classified.Audience.NEIGHBOURS, hidden_at=None)
    rows = list(with_cover(for_them.order_by("-created_at", "-pk"))[:MOST_OFFERED])
    return [_item(row) for row in rows]


def _item(row: Classified) -> hooks.OfferedItem:
    cover = cover_of(row)
    return hooks.OfferedItem(
        category=rules.CATEGORIES[row.kind],
        reference=row.reference,
        url=row.get_absolute_url(),
        kind=row.kind,
        title=row.title,
        description=row.description,
        price_cents=row.price_cents,
        price_unit=row.price_unit,
        place=row.place,
        author_id=row.author_id,
        picture=file_for(cover, WIDTH) if cover else "",
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
