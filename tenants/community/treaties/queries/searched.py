"""Neighbours' items as the search over all rooms finds them."""

import datetime as dt
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from saas.kernel.display.tiles import Tile
from saas.kernel.search import search_hooks, searching
from tenants.community.treaties import rules
from tenants.community.treaties.queries import board
from tenants.community.treaties.queries.treaties import has_treaties
from tenants.spaces.models import Category, OpenClause, OpenItem

KIND = "neighbours"
MOST_READ = 300
MOST_BESIDE = 3
BESIDE: dict[str, tuple[str, ...]] = {
    "classifieds": (Category.THINGS, Category.SERVICES, Category.WANTED),
    "lending": (Category.LOANS,),
    "gatherings": (Category.GATHERINGS,),
    "rides": (Category.RIDES,),
}
"""The neighbours' categories that accompany the results of a room."""


def search(
    question: search_hooks.SearchQuestion,
    _viewer: Any,
    at: dt.datetime,
) -> search_hooks.SearchAnswer:
    """Return the neighbours' items matching a search, the newest first.

    They are few enough to filter in memory. A search in a room of ours has its neighbours' items
    beside it.
    """
    rows = _matching(question, at=at) if _is_asked(question) else []
    counts = Counter(item.category for item, _clause in rows)
    is_shown = question.size and question.site_id is None
    fitting = [row for row in rows if _fits(row[0], question)]
    if question.sort == "price":
        fitting.sort(key=lambda row: row[0].price_cents or 0)
    return search_hooks.SearchAnswer(
        kind=KIND,
        label=_("Chez nos voisins"),
        symbol="handshake",
        varieties={one.value: str(one.label) for one in Category},
        cells=[search_hooks.SearchCell(sort, None, count) for sort, count in counts.items()]
        if question.since is None
        else [],
        tiles=_tiles(_part(fitting, question)) if is_shown else [],
        beside=BESIDE.get(question.kind, ()),
    )


def _part[T](fitting: list[T], question: search_hooks.SearchQuestion) -> list[T]:
    """Return a page of the items; beside another room's results the first few."""
    if question.kind in BESIDE and question.since is None:
        return [] if question.start else fitting[:MOST_BESIDE]
    return fitting[question.start : question.start + question.size]


def _is_asked(question: search_hooks.SearchQuestion) -> bool:
    """Return True if neighbours may have it: the search has words, and a treaty is in force."""
    return has_treaties() and not searching.has_only_signs(question.words)


def _matching(
    question: search_hooks.SearchQuestion, *, at: dt.datetime
) -> list[tuple[OpenItem, OpenClause]]:
    found = board.rows_of(board.Filters(), at=at, start=0, size=MOST_READ).rows
    return [row for row in found if _matches(row[0], question)]


def _matches(item: OpenItem, question: search_hooks.SearchQuestion) -> bool:
    is_new = question.since is None or item.created_at > question.since
    cents = item.price_cents or 0
    is_cheap = question.most_cents is None or cents <= question.most_cents
    is_free = not question.free or cents == 0
    text = f"{item.title} {item.description}"
    named = searching.is_in(question.words, text, question.forgiving)
    return is_new and is_cheap and is_free and named


def _fits(item: OpenItem, question: search_hooks.SearchQuestion) -> bool:
    if question.kind in BESIDE:
        return item.category in BESIDE[question.kind] and question.variety in {"", item.kind}
    return question.kind in {"", KIND} and question.variety in {"", item.category}


def _tiles(rows: list[tuple[OpenItem, OpenClause]]) -> list[Tile]:
    return [
        board.tile_of(item, clause.slug, clause.name)._replace(
            reference=rules.reported_as(item.tenant_id, item.reference)
        )
        for item, clause in rows
    ]


def tiles_by_reference(references: list[str], _viewer: Any, at: dt.datetime) -> dict[str, Tile]:
    """Return those of some neighbours' items that are still shown here."""
    named = [one for one in references if rules.named_by(one)]
    if not named or not has_treaties():
        return {}
    rows = board.rows_of(board.Filters(), at=at, start=0, size=MOST_READ).rows
    wanted = set(named)
    return {tile.reference: tile for tile in _tiles(rows) if tile.reference in wanted}
