"""Pages of a drill: every way to respond, each with the space of its rows in the response."""

import contextlib
from collections.abc import AsyncIterator, Iterator

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from infra.drills.inside.spaces import MARK
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.errors import WrongSpaceError


class Broken(Exception):  # noqa: N818 - a page that fails on purpose
    """An exception that a page raises in the middle of its work."""


@login_not_required
def plain(_request: HttpRequest) -> HttpResponse:
    """Answer with the rows of the host's space."""
    rows = User.objects.filter(last_name=MARK).values_list("first_name", flat=True)
    return JsonResponse([schema.current(), *rows], safe=False)


@login_not_required
def streamed(_request: HttpRequest) -> StreamingHttpResponse:
    """Answer row by row; a read after the view has returned is refused."""
    people = User.objects.filter(last_name=MARK)
    names = list(people.values_list("first_name", flat=True))

    def lines() -> Iterator[str]:
        yield f"{schema.current()}\n"
        yield from (f"{name}\n" for name in names)
        with contextlib.suppress(WrongSpaceError):
            people.count()
            yield "never\n"

    return StreamingHttpResponse(lines())


@login_not_required
def raising(_request: HttpRequest) -> HttpResponse:
    """Fail after a write and roll it back."""
    with transaction.atomic():
        User.objects.filter(last_name=MARK).update(first_name="never")
        raise Broken


@login_not_required
async def awaited(_request: HttpRequest) -> HttpResponse:
    """Respond with rows that were awaited singly."""
    first = await User.objects.filter(last_name=MARK).afirst()
    rows = [row.first_name async for row in User.objects.filter(last_name=MARK)]
    return JsonResponse([*rows, *([first.first_name] if first else [])], safe=False)


@login_not_required
async def awaited_stream(_request: HttpRequest) -> StreamingHttpResponse:
    """Answer with rows that are awaited while they are sent."""

    async def lines() -> AsyncIterator[str]:
        async for row in User.objects.filter(last_name=MARK):
            yield f"{row.first_name}\n"

    return StreamingHttpResponse(lines())


urlpatterns = [
    path("plain/", plain),
    path("streamed/", streamed),
    path("raising/", raising),
    path("awaited/", awaited),
    path("awaited-stream/", awaited_stream),
]
