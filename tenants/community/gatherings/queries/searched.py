"""Gatherings as the search over all rooms finds them, and by their references."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.display.tiles import Tile
from saas.kernel.search import room_search, search_hooks
from tenants.community.gatherings.models import Gathering
from tenants.community.gatherings.queries.board import next_dates, tile_of, to_come
from tenants.spaces.audiences import seen_by

SEARCHED = room_search.Searched(
    kind="gatherings",
    rows=lambda asker: next_dates(viewer=asker.viewer, at=asker.at),
    open=lambda asker: to_come(at=asker.at).filter(seen_by(asker.viewer, author="organiser")),
    dress=lambda rows, _asker: rows.select_related("organiser"),
    tiles=lambda rows, at: [tile_of(row, at=at) for row in rows],
    names="activité rencontre gathering activity",
    variety="kind",
    site="site_id",
    cents=room_search.FOR_NOTHING,
    author="organiser",
    newest="starts_at",
)


def search(
    question: search_hooks.SearchQuestion, viewer: User, at: dt.datetime
) -> search_hooks.SearchAnswer:
    """Return the search results among gatherings that the viewer may join.

    Of each series only its next date is included.
    """
    return room_search.answer(
        question,
        SEARCHED,
        viewer=viewer,
        at=at,
        label=_("Activités"),
        symbol="calendar-days",
        varieties={str(kind.value): str(kind.label) for kind in Gathering.Kind},
    )


def tiles_by_reference(references: list[str], viewer: User, at: dt.datetime) -> dict[str, Tile]:
    """Return the cards of the given gatherings visible to a viewer, including past gatherings."""
    found = Gathering.objects.filter(seen_by(viewer, author="organiser"), reference__in=references)
    return {row.reference: tile_of(row, at=at) for row in found.select_related("organiser")}
