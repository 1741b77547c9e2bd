"""Pages of a touch screen: directions, current slides, and codes for a phone."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from saas.kernel.web.touching import for_touch
from tenants.community.kiosk.queries import touch as queries
from tenants.spaces.requests import SpaceRequest

MOST_TYPED = 80


@require_safe
@for_touch
def start(request: SpaceRequest) -> HttpResponse:
    """Show the start page of a touch screen."""
    return render(request, "kiosk/touch_start.html")


@require_safe
@for_touch
def search(request: SpaceRequest) -> HttpResponse:
    """Search the slides that their authors permit on screens."""
    words = request.GET.get("q", "")[:MOST_TYPED]
    context = {"words": words, "found": queries.found(words, timezone.now())}
    return render(request, "kiosk/touch_search.html", context)


@require_safe
@for_touch
def thing(request: SpaceRequest, reference: str) -> HttpResponse:
    """Show a slide, with the QR code for a phone."""
    drawn = queries.thing(reference, request.space, timezone.now())
    if drawn is None:
        raise Http404
    return render(request, "kiosk/touch_thing.html", {"slide": drawn})


@require_safe
@for_touch
def picture(request: SpaceRequest, reference: str) -> FileResponse:  # noqa: ARG001 - of this space
    """Return the picture of a slide."""
    slide = queries.slide_on_wall(reference, timezone.now())
    if slide is None or not slide.picture or not default_storage.exists(slide.picture):
        raise Http404
    response = FileResponse(default_storage.open(slide.picture), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=60"
    return response
