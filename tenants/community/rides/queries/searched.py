"""Rides as the search over all rooms finds them, and by their references."""

import datetime as dt
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.database.statements import Given
from saas.kernel.display.tiles import Tile
from saas.kernel.search import room_search, search_hooks
from tenants.community.rides import rules, wording
from tenants.community.rides.models import Departure, Ride
from tenants.community.rides.queries.board import tile_of, to_come
from tenants.spaces.audiences import seen_by


def _open_rides(asker: room_search.Asker) -> QuerySet[Ride]:
    """Return rides that leave some day."""
    ahead = Departure.objects.filter(cancelled_at=None, starts_at__gt=asker.at).values("ride")
    here: QuerySet[Ride] = Ride.objects.filter(seen_by(asker.viewer), author__is_active=True)
    return here.filter(closed_at=None, pk__in=ahead)


def _with_departure(rows: QuerySet[Any], asker: room_search.Asker) -> QuerySet[Any]:
    """Add the author of each ride, and its next departure."""
    dressed: QuerySet[Any] = rows.select_related("author")
    leaving: QuerySet[Any] = dressed.annotate(departs_at=_next_of(at=asker.at))
    return leaving


def _next_of(*, at: dt.datetime | Given) -> Subquery:
    ahead = to_come(at=at).filter(ride=OuterRef("pk")).order_by("starts_at")
    return Subquery(ahead.values("starts_at")[:1])


SEARCHED = room_search.Searched(
    kind="rides",
    rows=_open_rides,
    open=lambda asker: Ride.objects.filter(seen_by(asker.viewer), closed_at=None),
    dress=_with_departure,
    tiles=lambda rows, _at: [tile_of(row, row.departs_at) for row in rows],
    names="covoiturage trajet voiture ride carpool",
    variety="role",
    site="site_id",
    cents="price_cents",
    newest="-pk",
)


def search(
    question: search_hooks.SearchQuestion, viewer: User, at: dt.datetime
) -> search_hooks.SearchAnswer:
    """Answer a search with rides that leave some day, the next first."""
    return room_search.answer(
        question,
        SEARCHED,
        viewer=viewer,
        at=at,
        label=_("Covoiturage"),
        symbol=rules.SYMBOLS[rules.Role.DRIVER],
        varieties={str(role): str(words) for role, words in wording.PARTS.items()},
    )


def tiles_by_reference(references: list[str], viewer: User, at: dt.datetime) -> dict[str, Tile]:
    """Return the tiles of these rides if visible to the viewer, even without future departures."""
    found = Ride.objects.filter(seen_by(viewer), reference__in=references)
    rows: Any = found.annotate(departs_at=_next_of(at=at)).select_related("author")
    return {row.reference: tile_of(row, row.departs_at) for row in rows}
