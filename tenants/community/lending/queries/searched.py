"""Things to borrow as the search over all rooms finds them, and by their references."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.display.tiles import Tile
from saas.kernel.search import room_search, search_hooks
from tenants.community.lending.models import Loan, Thing
from tenants.community.lending.queries.things import lent, tiles_of, with_cover
from tenants.community.lending.rules import loans as rules
from tenants.spaces.audiences import seen_by


def _listed(asker: room_search.Asker) -> QuerySet[Thing]:
    return Thing.objects.filter(seen_by(asker.viewer, author="owner"), withdrawn_at=None)


def _with_now(rows: QuerySet[Any], asker: room_search.Asker) -> QuerySet[Any]:
    """Annotate rows with their cover, and with `taken` for the next half-hour."""
    during = Q(starts_at__lt=asker.soon, ends_at__gt=asker.at)
    overdue = Q(state=Loan.State.OUT, ends_at__lte=asker.at)
    loans = Loan.objects.filter(during | overdue, state__in=rules.TAKEN, thing=OuterRef("pk"))
    return with_cover(rows.annotate(taken=Exists(loans)))


def _tiles(rows: list[Any], _at: dt.datetime) -> list[Tile]:
    return tiles_of(rows, free=_("Libre maintenant"))


SEARCHED = room_search.Searched(
    kind="lending",
    rows=lambda asker: lent(viewer=asker.viewer),
    open=_listed,
    dress=_with_now,
    tiles=_tiles,
    names="emprunter emprunt prêt prêter borrow lend",
    variety="whereabouts",
    site="site_id",
    cents=room_search.FOR_NOTHING,
    author="owner",
)


def search(
    question: search_hooks.SearchQuestion, viewer: User, at: dt.datetime
) -> search_hooks.SearchAnswer:
    """Return the search results among things to lend, with those free now marked."""
    return room_search.answer(
        question,
        SEARCHED,
        viewer=viewer,
        at=at,
        label=_("Objets à emprunter"),
        symbol=rules.SYMBOL,
        varieties={str(one.value): str(one.label) for one in Thing.Whereabouts},
    )


def tiles_by_reference(references: list[str], viewer: User, at: dt.datetime) -> dict[str, Tile]:
    """Return the cards of the given things visible to a viewer, including withdrawn things."""
    found = Thing.objects.filter(seen_by(viewer, author="owner"), reference__in=references)
    asker = room_search.Asker(viewer, at, at + room_search.SOON, None)
    rows = list(_with_now(found, asker))
    return dict(zip([row.reference for row in rows], _tiles(rows, at), strict=True))
