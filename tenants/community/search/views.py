"""Pages of the search, of searches that are kept, and of favourites."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from saas.kernel.http import page, see_other
from tenants.community.search import actions, forms, queries
from tenants.community.search.models import SavedSearch
from tenants.spaces.requests import MemberRequest


@require_safe
def results(request: MemberRequest) -> HttpResponse:
    """Show the results of all rooms for words and filters, or the newest of each room."""
    form = forms.SearchForm(request.GET)
    filters, person, at = form.filters(), request.user, timezone.now()
    found = queries.results(filters, viewer=person, at=at, number=form.number())
    view = "map" if request.GET.get("view") == "map" else ""
    context = {
        "filters": filters,
        "view": view,
        "map": view and queries.map_of(filters, found.facets, viewer=person, at=at),
        "hidden": forms.hidden(filters),
        "sorts": forms.SORTS.items(),
        "price": request.GET.get("max", "")[:16],
        "keeping": forms.SavedSearchForm(),
        "kept": [] if filters.says_something else queries.saved_searches_of(person),
        "found": found,
        "nav": "search",
    }
    return page(request, "search/results.html", context, partial="list")


@require_http_methods(["GET", "POST"])
def saved(request: MemberRequest) -> HttpResponse:
    """Show the member's saved searches and favourites, and save a search."""
    at, number = timezone.now(), forms.SearchForm(request.GET).number()
    filters = forms.SearchForm(request.POST).filters()
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.SavedSearchForm(*data, filters=filters)
    if form.is_bound and (search := form.submit(by=request.user, at=at)):
        messages.success(request, _("C’est gardé. Ce qui est nouveau vous sera signalé."))
        return see_other(search)
    tiles, more = queries.favourites_of(request.user, at=at, number=number)
    context = {
        "form": form,
        "searches": queries.saved_searches_of(request.user),
        "tiles": tiles,
        "nav": "saved",
    }
    turns = {"previous": number - 1 if number > 1 else None, "next": number + 1 if more else None}
    return page(request, "search/saved.html", {**context, **turns})


@require_http_methods(["GET", "POST"])
def saved_search(request: MemberRequest, reference: str) -> HttpResponse:
    """Show a saved search's hits, and change its rhythm."""
    search, at = _found(request, reference), timezone.now()
    data = (request.POST,) if request.method == "POST" else ()
    form = forms.SavedSearchForm(*data, search=search, initial={"rhythm": search.rhythm})
    if form.is_bound and form.submit(by=request.user, at=at):
        messages.success(request, _("C’est enregistré."))
        return see_other(search)
    hits = queries.hits_of(search)
    tiles = queries.tiles_of([hit.reference for hit in hits], viewer=request.user, at=at)
    fresh = sum(hit.seen_at is None for hit in hits)
    if fresh and request.method == "GET":
        actions.mark_seen(search=search, by=request.user, at=at)
    context = {"search": search, "form": form, "tiles": tiles, "fresh": fresh, "nav": "saved"}
    return page(request, "search/kept.html", context)


@require_POST
def forget(request: MemberRequest, reference: str) -> HttpResponse:
    """Keep a search no longer."""
    search = _found(request, reference)
    actions.forget(search=search, by=request.user, at=timezone.now())
    messages.success(request, _("Cette recherche n’est plus gardée."))
    return see_other("search:saved")


@require_POST
def favourite(request: MemberRequest) -> HttpResponse:
    """Mark something as a favourite, or no longer; a script gets the heart alone."""
    form = forms.FavouriteForm(request.POST)
    marked = form.submit(by=request.user, at=timezone.now())
    if form.errors:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    if request.headers.get("HX-Request") == "true" and not form.errors:
        reference = form.cleaned_data["save"] or form.cleaned_data["unsave"]
        context = {"reference": reference, "saved": marked, "again": True}
        return page(request, "components/heart.html", context)
    return see_other(form.onward() or "search:saved")


def _found(request: MemberRequest, reference: str) -> SavedSearch:
    search = queries.find(reference, person=request.user)
    if search is None:
        raise Http404
    return search
