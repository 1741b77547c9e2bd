"""Pages of a touch screen: media to read, hear and watch there."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from saas.kernel.uploads.files import ranged
from saas.kernel.web.touching import for_touch
from tenants.community.mediastore.queries import touch
from tenants.spaces.requests import SpaceRequest


@require_safe
@for_touch
def shelf(request: SpaceRequest) -> HttpResponse:
    """Show the on-site media."""
    return render(request, "mediastore/touch_shelf.html", {"keys": touch.keys(timezone.now())})


@require_safe
@for_touch
def medium(request: SpaceRequest, reference: str) -> HttpResponse:
    """Show a medium: its contents, and how to continue on a phone."""
    found = touch.medium_on_touch(reference, space=request.space, at=timezone.now())
    if found is None:
        raise Http404
    return render(request, "mediastore/touch_medium.html", {"found": found})


@require_safe
@for_touch
def read(request: SpaceRequest, reference: str, number: int) -> HttpResponse:
    """Show a page, chapter, episode or film."""
    found = touch.part_on_touch(reference, number, timezone.now())
    if found is None:
        raise Http404
    return render(request, "mediastore/touch_read.html", {"found": found, "part": found.part})


@require_safe
@for_touch
def file(request: SpaceRequest, reference: str, number: int) -> HttpResponseBase:
    """Serve a page's picture, a recording or a film, or the requested byte range of it."""
    part = touch.file_on_touch(reference, number, timezone.now())
    if part is None or not default_storage.exists(part.file):
        raise Http404
    return ranged(part.file, part.content_type, request.headers.get("Range", ""))


@require_safe
@for_touch
def illustration(request: SpaceRequest, reference: str, number: int) -> FileResponse:  # noqa: ARG001 - of this space
    """Hand out a picture of a book."""
    name = touch.illustration_on_touch(reference, number, timezone.now())
    if not name or not default_storage.exists(name):
        raise Http404
    return FileResponse(default_storage.open(name), content_type="image/webp")
