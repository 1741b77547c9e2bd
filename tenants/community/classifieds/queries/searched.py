"""Classifieds as the search over all rooms finds them, and by their references."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.display.tiles import Tile
from saas.kernel.search import room_search, search_hooks
from tenants.community.classifieds.models import Classified
from tenants.community.classifieds.queries.board import FREE, on_the_board
from tenants.community.classifieds.queries.tiles import tiles_of, with_cover
from tenants.spaces.audiences import seen_by

SEARCHED = room_search.Searched(
    kind="classifieds",
    rows=lambda asker: on_the_board(viewer=asker.viewer, at=asker.at),
    open=lambda asker: Classified.objects.filter(seen_by(asker.viewer), closed_at=None),
    dress=lambda rows, _asker: with_cover(rows),
    tiles=lambda rows, at: tiles_of(rows, at=at),
    names="annonce classified ad",
    variety="kind",
    site="site_id",
    cents="price_cents",
    free=FREE,
)


def search(
    question: search_hooks.SearchQuestion, viewer: User, at: dt.datetime
) -> search_hooks.SearchAnswer:
    """Return the search results of the board."""
    return room_search.answer(
        question,
        SEARCHED,
        viewer=viewer,
        at=at,
        label=_("Annonces"),
        symbol="tag",
        varieties={str(kind.value): str(kind.label) for kind in Classified.Kind},
    )


def tiles_by_reference(references: list[str], viewer: User, at: dt.datetime) -> dict[str, Tile]:
    """Return the cards of the given classifieds visible to a viewer, also if closed."""
    found = Classified.objects.filter(seen_by(viewer), reference__in=references)
    rows = list(with_cover(found))
    return dict(zip([row.reference for row in rows], tiles_of(rows, at=at), strict=True))
