"""Rules of the search: its filters, its counts, and the rhythm of notifications."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from saas.kernel.display.writing import price
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.money import parse_euros
from saas.kernel.search.search_hooks import SearchAnswer, SearchCell
from tenants.community.search.models import SavedSearch

Rhythm = SavedSearch.Rhythm

KINDS = (
    *("classifieds", "lending", "gatherings", "rides", "deals"),
    *("neighbours", "neighbourhood", "people"),
)
"""The rooms that answer, in the order in which their answers stand."""
PRICED = ("classifieds", "rides")
SORTS = ("new", "price", "near")
LONGEST_QUERY = 120
MOST_PAGES = 12
MOST_SEARCHES = 30
MOST_FAVOURITES = 200
MOST_FOUND_AT_ONCE = 20
MOST_NAMED = 3
CHECKED_EVERY = dt.timedelta(minutes=9)
CHECK_OVERLAP = dt.timedelta(minutes=15)
"""A row is older than its commit: what was found already is not found again."""
_REFERENCE = re.compile(r"[A-Z]{2}-[0-9A-Z]{4,9}")
HIT_RETENTION = dt.timedelta(days=60)
EVERY = {
    Rhythm.AT_ONCE: dt.timedelta(),
    Rhythm.DAILY: dt.timedelta(hours=22),
    Rhythm.WEEKLY: dt.timedelta(days=6, hours=22),
}


class Filters(NamedTuple):
    """A search as its address has it; everything empty is no search."""

    q: str = ""
    kind: str = ""
    variety: str = ""
    site: int | None = None
    max: int | None = None
    free: bool = False
    sort: str = ""

    @property
    def says_something(self) -> bool:
        """Whether anything is asked."""
        return bool(self._replace(sort="") != Filters())


class Facet(NamedTuple):
    """A value of a filter, and its number of results."""

    value: str
    text: str
    symbol: str
    found: int
    current: bool
    more: bool = False


class Facets(NamedTuple):
    """The filters' values with their counts, and the total for the whole search."""

    kinds: list[Facet]
    varieties: list[Facet]
    sites: list[Facet]
    total: int
    more: bool = False


def reference_in(words: str) -> str:
    """Return the public reference that a search consists of, such as PA-7K3Q; else empty."""
    found = _REFERENCE.fullmatch(words.strip().upper())
    return found[0] if found else ""


def address_of(filters: Filters) -> str:
    """Return the query string of a search; equal searches have equal query strings."""
    parameters: dict[str, object] = {
        "q": " ".join(filters.q.split()),
        "kind": filters.kind,
        "variety": filters.variety if filters.kind else "",
        "site": filters.site,
        "max": "" if filters.max is None else f"{filters.max / 100:.2f}",
        "free": "on" if filters.free else "",
        "sort": filters.sort,
    }
    return urlencode({name: value for name, value in parameters.items() if value not in {"", None}})


def filters_at(address: str) -> Filters:
    """Return the search that `address_of` wrote."""
    parameters = dict(parse_qsl(address))
    return Filters(
        q=parameters.get("q", ""),
        kind=parameters.get("kind", ""),
        variety=parameters.get("variety", ""),
        site=int(parameters["site"]) if "site" in parameters else None,
        max=parse_euros(parameters["max"]) if "max" in parameters else None,
        free="free" in parameters,
        sort=parameters.get("sort", ""),
    )


def in_words(filters: Filters, *, labels: Mapping[str, str], sites: Mapping[int, str]) -> str:
    """Return a search as a short text, for its name."""
    parts = [
        filters.q,
        labels.get(filters.kind, ""),
        sites.get(filters.site or 0, ""),
        _("sans rien payer") if filters.free else "",
        "" if filters.max is None else _("jusqu’à %(amount)s") % {"amount": price(filters.max)},
    ]
    return " · ".join(part for part in parts if part)[:LONGEST_QUERY]


def facets_of(
    answers: Iterable[SearchAnswer], filters: Filters, sites: Mapping[int, str]
) -> Facets:
    """Return each filter value's count, as if this value were chosen."""
    ordered = [one for kind in KINDS for one in answers if one.kind == kind]
    chosen = [one for one in ordered if filters.kind in {"", one.kind}]
    kinds = [
        Facet(one.kind, one.label, one.symbol, count, one.kind == filters.kind, one.more)
        for one in ordered
        if (count := _sum(one.cells, site=filters.site)) or one.kind == filters.kind
    ]
    varieties = _varieties(chosen[0], filters) if filters.kind and chosen else []
    by_site: Counter[int | None] = Counter()
    for one in chosen:
        for cell in one.cells:
            if filters.variety in {"", cell.variety} or not filters.kind:
                by_site[cell.site_id] += cell.found
    places = [
        Facet(str(site_id), name, "", by_site[site_id], site_id == filters.site)
        for site_id, name in sites.items()
        if by_site[site_id] or site_id == filters.site
    ]
    variety = filters.variety if filters.kind else ""
    total = sum(_sum(one.cells, site=filters.site, variety=variety) for one in chosen)
    more = any(one.more for one in chosen)
    return Facets(kinds, varieties, places if len(sites) > 1 else [], total, more)


def count_beside(answer: SearchAnswer) -> int:
    """Return the number of an answer's results that accompany another room's."""
    return sum(_sum(answer.cells, variety=variety) for variety in answer.beside)


def _varieties(answer: SearchAnswer, filters: Filters) -> list[Facet]:
    counts = {
        value: _sum(answer.cells, site=filters.site, variety=value) for value in answer.varieties
    }
    return [
        Facet(value, text, "", counts[value], value == filters.variety, answer.more)
        for value, text in answer.varieties.items()
        if counts[value] or value == filters.variety
    ]


def _sum(cells: Iterable[SearchCell], *, site: int | None = None, variety: str = "") -> int:
    return sum(
        cell.found
        for cell in cells
        if (site is None or cell.site_id == site) and variety in {"", cell.variety}
    )


def check_says_something(filters: Filters) -> None:
    """Refuse to keep a search for nothing."""
    if not filters.says_something:
        raise Refused(_("Cherchez d’abord quelque chose : un mot ou un filtre suffit."))


def check_few_searches(count: int) -> None:
    """Raise Refused if the member has too many saved searches."""
    if count >= MOST_SEARCHES:
        raise Refused(
            _("Vous gardez déjà %(count)d recherches : supprimez-en une d’abord.")
            % {"count": MOST_SEARCHES}
        )


def check_may_save(count: int) -> None:
    """Refuse more favourites than a list is of use for."""
    if count >= MOST_FAVOURITES:
        raise Refused(
            _("Vous avez déjà %(count)d favoris : retirez-en un d’abord.")
            % {"count": MOST_FAVOURITES}
        )


def check_is_own(search: SavedSearch, person_id: int) -> None:
    """Raise NotAllowed unless the person owns the saved search."""
    if search.person_id != person_id:
        raise NotAllowed(_("Cette recherche est à quelqu’un d’autre."))


def is_news_due(rhythm: str, notified_at: dt.datetime | None, *, at: dt.datetime) -> bool:
    """Return True if the owner's chosen rhythm allows a notification now."""
    every = EVERY.get(Rhythm(rhythm))
    return every is not None and (notified_at is None or notified_at + every <= at)
