"""Queries of this room: results of all rooms, saved searches, favourites."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.geocoding import streets
from saas.kernel.display import walking
from saas.kernel.display.tiles import Tile
from saas.kernel.people.personal import PersonalTable, table
from saas.kernel.search import search_hooks
from saas.kernel.search.sorting import sort_key
from saas.kernel.values.points import Point
from tenants.community.search import rules
from tenants.community.search.models import Favourite, SavedSearch, SearchHit
from tenants.community.search.rules import Facets, Filters
from tenants.spaces.models import OwnSite
from tenants.spaces.rules.walks import reach_metres, walking_minutes

PAGE_SIZE = 24
PREVIEW = 3
MOST_MINUTES = 30  # on foot: a farther site would crowd the others into the middle


class Group(NamedTuple):
    """Results of a single room: some of them, and the total, of a variety or of all."""

    kind: str
    label: str
    symbol: str
    tiles: list[Tile]
    total: int
    variety: str = ""


class Results(NamedTuple):
    """A page of results from all rooms or a single room; `forgiving` after a fuzzy match."""

    groups: list[Group]
    facets: Facets
    forgiving: bool
    previous: int | None
    next: int | None


class Site(NamedTuple):
    """A site of the space, as the search names it."""

    id: int
    name: str
    latitude: float
    longitude: float

    @property
    def point(self) -> Point:
        """Its latitude and longitude."""
        return (self.latitude, self.longitude)


class SavedSearchTile(NamedTuple):
    """A kept search as a list shows it."""

    search: SavedSearch
    fresh: int


def results(filters: Filters, *, viewer: User, at: dt.datetime, number: int = 1) -> Results:
    """Return the results of all rooms; without an exact match, repeat it tolerating typos."""
    sites = sites_from(getattr(viewer, "works_at", None))
    size = PAGE_SIZE if filters.kind else PREVIEW
    start = (number - 1) * PAGE_SIZE if filters.kind else 0
    question = question_of(filters, sites=sites)._replace(start=start, size=size)
    answers = search_hooks.search.ask(question, viewer, at)
    forgiving = bool(filters.q) and not any(one.cells for one in answers)
    if forgiving:
        answers = search_hooks.search.ask(question._replace(forgiving=True), viewer, at)
    facets = rules.facets_of(answers, filters, {site.id: site.name for site in by_name(sites)})
    if number > 1 and not any(one.tiles for one in answers):
        return results(filters, viewer=viewer, at=at)
    named = _with_reference(filters, viewer=viewer, at=at) if number == 1 else []
    is_more = filters.kind and start + PAGE_SIZE < facets.total and number < rules.MOST_PAGES
    return Results(
        groups=[*named, *_groups(answers, facets)],
        facets=facets._replace(total=facets.total + sum(group.total for group in named)),
        forgiving=forgiving and facets.total > 0,
        previous=number - 1 if number > 1 and filters.kind else None,
        next=number + 1 if is_more else None,
    )


def map_of(
    filters: Filters, facets: Facets, *, viewer: User, at: dt.datetime
) -> walking.WalkingMap:
    """Draw what lies within walking distance: places of other rooms, and offers by site."""
    question = question_of(filters)
    answers = search_hooks.on_map.ask(question, viewer, at)
    places = [place for one in answers for place in one.places]
    gate = next((one.gate for one in answers if one.places), _("Chez vous"))
    middle = next((one.middle for one in answers if one.places), None)
    sites = sites_from(getattr(viewer, "works_at", None))
    counts = {facet.value: facet.found for facet in facets.sites}
    for site in sites[1:]:
        minutes = walking_minutes(site.point, [sites[0].point])
        if minutes <= MOST_MINUTES and str(site.id) in counts:
            name = f"{site.name} ({counts[str(site.id)]})"
            url = f"?{rules.address_of(filters._replace(site=site.id))}"
            way = walking.bearing(origin=middle or sites[0].point, goal=site.point)
            places.append(walking.Place(name, minutes, way, url))
    drawn = walking.walking_map(places, gate=gate)
    if middle is None:
        return drawn
    return streets.under_pins(drawn, middle, metres_a_minute=reach_metres(1))


def _with_reference(filters: Filters, *, viewer: User, at: dt.datetime) -> list[Group]:
    """Return the thing whose public reference is searched for, as a group of its own."""
    reference = rules.reference_in(filters.q)
    tiles = tiles_of([reference], viewer=viewer, at=at) if reference else []
    return [Group("reference", _("Référence"), "tag", tiles, len(tiles))] if tiles else []


def question_of(filters: Filters, *, sites: Iterable[Site] = ()) -> search_hooks.SearchQuestion:
    """Return a search as rooms are asked it."""
    return search_hooks.SearchQuestion(
        words=filters.q,
        kind=filters.kind,
        variety=filters.variety,
        site_id=filters.site,
        most_cents=filters.max,
        free=filters.free,
        sort=filters.sort,
        sites=tuple(site.id for site in sites),
    )


def _groups(answers: list[search_hooks.SearchAnswer], facets: Facets) -> list[Group]:
    totals = {facet.value: facet.found for facet in facets.kinds}
    totals.update({one.kind: rules.count_beside(one) for one in answers if one.beside})
    by_kind = {one.kind: one for one in answers}
    ordered = [by_kind[kind] for kind in rules.KINDS if kind in by_kind]
    return [
        Group(
            *(one.kind, one.label, one.symbol, one.tiles, totals.get(one.kind, 0)),
            variety=one.beside[0] if len(one.beside) == 1 else "",
        )
        for one in ordered
        if one.tiles
    ]


def sites_from(site_id: int | None) -> list[Site]:
    """Return the sites of the space, ordered by their distance from the given site."""
    rows = OwnSite.objects.values_list("pk", "name", "latitude", "longitude")
    sites = [Site(pk, name, float(north), float(east)) for pk, name, north, east in rows]
    own = next((site for site in sites if site.id == site_id), None)
    if own is None:
        return sites

    def distance(site: Site) -> float:
        return (site.latitude - own.latitude) ** 2 + (site.longitude - own.longitude) ** 2

    return sorted(sites, key=distance)


def by_name(sites: Iterable[Site]) -> list[Site]:
    """Return sites as a list of choices has them."""
    return sorted(sites, key=lambda site: sort_key(site.name))


def labels(viewer: User, at: dt.datetime) -> dict[str, str]:
    """Return the label of each searchable room."""
    nothing = search_hooks.SearchQuestion(since=at)
    return {one.kind: one.label for one in search_hooks.search.ask(nothing, viewer, at)}


def in_words(filters: Filters, *, viewer: User, at: dt.datetime) -> str:
    """Return a search as a short text, for its name."""
    sites = {site.id: site.name for site in sites_from(None)} if filters.site else {}
    return rules.in_words(filters, labels=labels(viewer, at), sites=sites)


def found_since(search: SavedSearch, filters: Filters, *, at: dt.datetime) -> list[Tile]:
    """Return a saved search's new results since its last check, without the owner's own items."""
    question = question_of(filters)._replace(
        since=max(search.saved_at, search.checked_at - rules.CHECK_OVERLAP),
        person_id=search.person_id,
        sort="new",
        size=rules.MOST_FOUND_AT_ONCE,
    )
    answers = search_hooks.search.ask(question, search.person, at)
    return [tile for one in answers for tile in one.tiles]


def saved_searches_of(person: User) -> list[SavedSearchTile]:
    """Return a person's saved searches, each with the number of unseen hits."""
    fresh = Count("hits", filter=Q(hits__seen_at=None))
    rows: Any = SavedSearch.objects.filter(person=person).annotate(fresh=fresh)
    return [SavedSearchTile(row, row.fresh) for row in rows.order_by("-fresh", "-saved_at")]


def find(reference: str, *, person: User) -> SavedSearch | None:
    """Return a person's saved search, if any."""
    return SavedSearch.objects.filter(person=person, reference=reference).first()


def hits_of(search: SavedSearch) -> list[SearchHit]:
    """Return a saved search's hits, newest first."""
    return list(search.hits.all()[:PAGE_SIZE])


def tiles_of(references: list[str], *, viewer: User, at: dt.datetime) -> list[Tile]:
    """Return items by their references, in the given order; missing items are left out."""
    tiles = search_hooks.tiles_by_reference.merge(references, viewer, at) if references else {}
    return [tiles[one] for one in references if one in tiles]


def favourites_of(person: User, *, at: dt.datetime, number: int = 1) -> tuple[list[Tile], bool]:
    """Return a page of a person's favourites, newest first, and if there are more."""
    start = (number - 1) * PAGE_SIZE
    rows = Favourite.objects.filter(person=person).order_by("-saved_at", "-pk")
    references = list(rows.values_list("reference", flat=True)[start : start + PAGE_SIZE + 1])
    tiles = tiles_of(references[:PAGE_SIZE], viewer=person, at=at)
    return tiles, len(references) > PAGE_SIZE


def count_of_favourites(person: User) -> int:
    """Return the number of a person's favourites."""
    return Favourite.objects.filter(person=person).count()


def count_of_searches(person: User) -> int:
    """Return the number of a person's saved searches."""
    return SavedSearch.objects.filter(person=person).count()


def signed_in_columns(user_id: Any) -> dict[str, Combinable]:
    """Return the column with the signed-in user's favourites, for cards."""
    own = Favourite.objects.filter(person_id=user_id).order_by()
    return {"favourites": ArraySubquery(own.values("reference")[: rules.MOST_FAVOURITES])}


def personal_data(person: User) -> list[PersonalTable]:
    """Return the data of this room about a person."""
    hits = SearchHit.objects.filter(search__person=person)
    favourites = Favourite.objects.filter(person=person)
    searches = SavedSearch.objects.filter(person=person)
    return [
        table(
            "saved_searches",
            _("Recherches gardées"),
            searches,
            *("reference", "words", "address", "rhythm", "saved_at"),
        ),
        table(
            "search_hits",
            _("Trouvailles"),
            hits,
            *("search__reference", "reference", "title", "url", "found_at", "seen_at"),
        ),
        table("favourites", _("Favoris"), favourites, "reference", "saved_at"),
    ]


def for_change(search_id: int) -> SavedSearch | None:
    """Return a saved search, locked for a run, unless another job has locked it."""
    rows = SavedSearch.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("person").filter(pk=search_id, person__is_active=True).first()


def to_repeat(*, at: dt.datetime) -> QuerySet[SavedSearch]:
    """List searches that were not looked for lately, the longest ago first."""
    due = SavedSearch.objects.filter(checked_at__lte=at - rules.CHECKED_EVERY)
    return due.filter(person__is_active=True).order_by("checked_at", "pk")


def to_notify(*, at: dt.datetime) -> QuerySet[SavedSearch]:
    """Return searches with hits due to be notified to their owner."""
    waiting = SearchHit.objects.filter(notified_at=None).values("search")
    due = Q()
    for rhythm, every in rules.EVERY.items():
        last = Q(notified_at=None) | Q(notified_at__lte=at - every)
        due |= Q(last, rhythm=rhythm)
    return SavedSearch.objects.filter(due, pk__in=waiting, person__is_active=True).order_by("pk")


def hits_to_notify(search_id: int) -> list[SearchHit]:
    """Return a search's hits not yet notified to its owner, newest first."""
    return list(SearchHit.objects.filter(search=search_id, notified_at=None))


def still_there(hits: list[SearchHit], *, viewer: User, at: dt.datetime) -> list[SearchHit]:
    """Return the hits still visible to the viewer and not yet ended."""
    tiles = tiles_of([hit.reference for hit in hits], viewer=viewer, at=at)
    there = {tile.reference for tile in tiles if not tile.over}
    return [hit for hit in hits if hit.reference in there]
