"""Shops and services of the city as the search over all rooms finds them."""

import datetime as dt
from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from saas.accounts.models import User
from saas.catalogue.merchants.models import Category
from saas.kernel.display.tiles import Tile
from saas.kernel.search import search_hooks, searching
from tenants.community.neighbourhood.queries.around import spots
from tenants.community.neighbourhood.queries.gates import gates_here
from tenants.community.neighbourhood.queries.mapped import (
    CITY,
    Spot,
    gate_of,
    middle_of,
    places_of,
)

KIND = "neighbourhood"
NAMES = "commerce boutique magasin shop"


def search(
    question: search_hooks.SearchQuestion,
    viewer: User,  # noqa: ARG001 - the hook's form
    at: dt.datetime,
) -> search_hooks.SearchAnswer:
    """Return the shops matching a search, nearest first: few enough to filter in memory."""
    words = searching.without_names(question.words, NAMES)
    around = spots(gates_here(), (), at) if _wants_shops(question) else []
    found = [spot for spot in around if searching.is_in(words, spot.words, question.forgiving)]
    counts = Counter(spot.sort for spot in found)
    shown = question.kind in {"", KIND} and question.size and question.site_id is None
    fitting = [spot for spot in found if question.kind != KIND or _fits(spot, question)]
    end = question.start + question.size
    return search_hooks.SearchAnswer(
        kind=KIND,
        label=_("Commerces et services"),
        symbol="store",
        varieties={**{str(one.value): str(one.label) for one in Category}, CITY: _("Ville")},
        cells=[search_hooks.SearchCell(sort, None, count) for sort, count in counts.items()],
        tiles=[_tile(spot) for spot in fitting[question.start : end]] if shown else [],
    )


def on_map(
    question: search_hooks.SearchQuestion,
    viewer: User,  # noqa: ARG001 - the hook's form
    at: dt.datetime,
) -> search_hooks.OnMap:
    """Return the places of the shops matching a search."""
    words = searching.without_names(question.words, NAMES)
    is_wanted = question.kind in {"", KIND} and _wants_shops(question)
    around = spots(gates_here(), (), at) if is_wanted else []
    found = [
        spot
        for spot in around
        if _fits(spot, question) and searching.is_in(words, spot.words, question.forgiving)
    ]
    middle = middle_of(found)
    return search_hooks.OnMap(gate_of(found), places_of(found), middle and middle.point)


def tiles_by_reference(references: list[str], viewer: User, at: dt.datetime) -> dict[str, Tile]:  # noqa: ARG001 - the hook's form
    """Return those of some shops and services that lie around."""
    wanted = set(references)
    if not any(reference.startswith("@") for reference in wanted):
        return {}
    around = {_reference(spot): spot for spot in spots(gates_here(), (), at)}
    return {one: _tile(around[one]) for one in references if one in around}


def _wants_shops(question: search_hooks.SearchQuestion) -> bool:
    """Return True if shops may match: the search has words, and no filter by novelty or price."""
    asks_price = question.free or question.most_cents is not None
    is_words = not searching.has_only_signs(question.words)
    return is_words and question.since is None and not asks_price


def _fits(spot: Spot, question: search_hooks.SearchQuestion) -> bool:
    return question.variety in {"", spot.sort}


def _reference(spot: Spot) -> str:
    return f"@{spot.slug}"


def _tile(spot: Spot) -> Tile:
    return Tile(
        url=spot.url,
        reference=_reference(spot),
        title=spot.name,
        kind=spot.kind,
        symbol=spot.symbol,
        picture=spot.picture,
        cents=None,
        gift=False,
        unit="",
        place=ngettext("%(count)d min à pied", "%(count)d min à pied", spot.minutes)
        % {"count": spot.minutes},
        name="",
        note="",
        person_tone="",
        when=None,
        first=False,
        state=spot.opening,
        tone="ok" if spot.open else "",
    )
