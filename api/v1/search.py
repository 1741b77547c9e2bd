"""The search over all rooms of a space, searches that are kept, and favourites."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import those
from api.resources import Resource
from saas.accounts.models import as_any
from tenants.community.search import actions, forms, queries, rules
from tenants.community.search.models import SavedSearch

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^RE-"
)


class FoundThing(serializers.Serializer[Any]):
    """A search result as its card shows it; prices are in cents."""

    reference = serializers.CharField()
    url = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    place = serializers.CharField()
    price_cents = serializers.IntegerField(source="cents", allow_null=True)
    gift = serializers.BooleanField()
    name = serializers.CharField(help_text="Qui le propose")
    created_at = serializers.DateTimeField(source="when", allow_null=True)


class FoundGroup(serializers.Serializer[Any]):
    """Results of a kind: some of them, and their total."""

    kind = serializers.CharField()
    title = serializers.CharField(source="label")
    total = serializers.IntegerField()
    results = FoundThing(source="tiles", many=True)


class SearchFacet(serializers.Serializer[Any]):
    """A value of a filter and its number of results; `more` means that further results exist."""

    value = serializers.CharField()
    text = serializers.CharField()
    found = serializers.IntegerField()
    more = serializers.BooleanField()


@extend_schema_serializer(many=False)
class SearchFound(serializers.Serializer[Any]):
    """A page of search results, by kind, or of the requested kind."""

    total = serializers.IntegerField(source="facets.total")
    more = serializers.BooleanField(source="facets.more")
    forgiving = serializers.BooleanField(help_text="Rien d’exact : ce qui s’en approche")
    next_page = serializers.IntegerField(source="next", allow_null=True)
    kinds = SearchFacet(source="facets.kinds", many=True)
    varieties = SearchFacet(source="facets.varieties", many=True)
    sites = SearchFacet(source="facets.sites", many=True)
    groups = FoundGroup(many=True)


class SearchTerms(serializers.Serializer[Any]):
    """A search as its page asks it."""

    q = serializers.CharField(
        max_length=rules.LONGEST_QUERY, required=False, default="", allow_blank=True
    )
    kind = serializers.ChoiceField(choices=list(rules.KINDS), required=False, default=None)
    variety = serializers.SlugField(max_length=12, required=False, default="", allow_blank=True)
    site = serializers.IntegerField(min_value=1, max_value=2**62, required=False, default=None)
    max_cents = serializers.IntegerField(min_value=0, max_value=10**9, required=False, default=None)
    free = serializers.BooleanField(required=False, default=False)

    def filters(self) -> rules.Filters:
        """Return the filters of the search."""
        data = self.validated_data
        return rules.Filters(
            q=data["q"],
            kind=data["kind"] or "",
            variety=data["variety"],
            site=data["site"],
            max=data["max_cents"],
            free=data["free"],
            sort=data.get("sort") or "",
        )


class SearchQuery(SearchTerms):
    """A search, its order and its page."""

    sort = serializers.ChoiceField(choices=list(rules.SORTS), required=False, default=None)
    page = serializers.IntegerField(
        min_value=1, max_value=rules.MOST_PAGES, required=False, default=1
    )


class SavedSearchOut(serializers.Serializer[Any]):
    """A saved search, and its number of unseen results."""

    reference = serializers.CharField(source="search.reference")
    url = serializers.CharField(source="search.get_absolute_url")
    words = serializers.CharField(source="search.words")
    address = serializers.CharField(source="search.address", help_text="Ce que /search/ demande")
    rhythm = serializers.ChoiceField(source="search.rhythm", choices=SavedSearch.Rhythm.choices)
    fresh = serializers.IntegerField()


class SearchRhythm(serializers.Serializer[Any]):
    """How soon the member is notified of new results."""

    rhythm = serializers.ChoiceField(choices=SavedSearch.Rhythm.choices)


class NewSavedSearch(SearchTerms):
    """A search to save, and how soon the member is notified of new results."""

    rhythm = serializers.ChoiceField(
        choices=SavedSearch.Rhythm.choices, required=False, default=SavedSearch.Rhythm.DAILY
    )


class MarkedThing(serializers.Serializer[Any]):
    """Something to mark as a favourite, by its public reference."""

    reference = serializers.RegexField(r"^@?[\w-]{1,63}$")


class Search(Resource):
    """Search over classifieds, things, gatherings, rides, deals, shops and colleagues."""

    scope = "search"

    @extend_schema(parameters=[SearchQuery], responses={200: SearchFound, **those(400, 403)})
    def list(self, request: Request) -> Response:
        """Search all kinds, or a single kind."""
        query = SearchQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        person, at = as_any(request.user), timezone.now()
        number = query.validated_data["page"]
        found = queries.results(query.filters(), viewer=person, at=at, number=number)
        return Response(SearchFound(found).data)


class SavedSearches(Resource):
    """Searches saved by the member."""

    scope = "search"

    @extend_schema(responses={200: SavedSearchOut(many=True), **those(403)})
    def list(self, request: Request) -> Response:
        """List the member's saved searches, those with new results first."""
        return Response(
            SavedSearchOut(queries.saved_searches_of(as_any(request.user)), many=True).data
        )

    @extend_schema(request=NewSavedSearch, responses={201: SavedSearchOut, **those(400, 403, 422)})
    def create(self, request: Request) -> Response:
        """Save a search; saving it again only changes its rhythm of notifications."""
        terms = NewSavedSearch(data=request.data)
        terms.is_valid(raise_exception=True)
        by, at, filters = as_any(request.user), timezone.now(), terms.filters()
        words = queries.in_words(filters, viewer=by, at=at)
        rhythm = terms.validated_data["rhythm"]
        search = actions.save_search(filters=filters, words=words, rhythm=rhythm, by=by, at=at)
        return Response(_saved_search(search), status=status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[REFERENCE], responses={200: FoundThing(many=True), **those(403, 404)}
    )
    def retrieve(self, request: Request, reference: str) -> Response:
        """List the results found since the search was saved, newest first."""
        search, person = _found(request, reference), as_any(request.user)
        references = [hit.reference for hit in queries.hits_of(search)]
        tiles = queries.tiles_of(references, viewer=person, at=timezone.now())
        return Response(FoundThing(tiles, many=True).data)

    @extend_schema(
        parameters=[REFERENCE],
        request=SearchRhythm,
        responses={200: SavedSearchOut, **those(400, 403, 404)},
    )
    @action(detail=True, methods=["post"])
    def rhythm(self, request: Request, reference: str) -> Response:
        """Change how soon the member is notified of new results."""
        search, by = _found(request, reference), as_any(request.user)
        terms = SearchRhythm(data=request.data)
        terms.is_valid(raise_exception=True)
        rhythm = terms.validated_data["rhythm"]
        actions.change_rhythm(search=search, rhythm=rhythm, by=by, at=timezone.now())
        return Response(_saved_search(search))

    @extend_schema(parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404)})
    @action(detail=True, methods=["post"])
    def forget(self, request: Request, reference: str) -> Response:
        """Delete a saved search."""
        search, by = _found(request, reference), as_any(request.user)
        actions.forget(search=search, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Favourites(Resource):
    """Favourites of the member."""

    scope = "search"

    @extend_schema(responses={200: FoundThing(many=True), **those(403)})
    def list(self, request: Request) -> Response:
        """List the member's favourites, newest first, without those that have disappeared."""
        tiles, _more = queries.favourites_of(as_any(request.user), at=timezone.now())
        return Response(FoundThing(tiles, many=True).data)

    @extend_schema(request=MarkedThing, responses={204: None, **those(400, 403, 422)})
    def create(self, request: Request) -> Response:
        """Mark something; twice changes nothing."""
        reference, by = _marked(request), as_any(request.user)
        forms.check_pace(by)
        actions.save(reference=reference, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=MarkedThing, responses={204: None, **those(400, 403)})
    @action(detail=False, methods=["post"])
    def unmark(self, request: Request) -> Response:
        """Mark something no longer."""
        reference, by = _marked(request), as_any(request.user)
        actions.unsave(reference=reference, by=by, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _marked(request: Request) -> str:
    marked = MarkedThing(data=request.data)
    marked.is_valid(raise_exception=True)
    return str(marked.validated_data["reference"])


def _found(request: Request, reference: str) -> SavedSearch:
    search = queries.find(reference, person=as_any(request.user))
    if search is None:
        raise Http404
    return search


def _saved_search(search: SavedSearch) -> dict[str, Any]:
    fresh = search.hits.filter(seen_at=None).count()
    return dict(SavedSearchOut(queries.SavedSearchTile(search, fresh)).data)
