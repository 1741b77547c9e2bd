"""Pages that a real server serves to the backend's tests, with the rows of their own space."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from saas.accounts.models import User
from saas.kernel.errors import WrongSpaceError
from tenants.spaces.models import OwnTenant

LINES = 3


def _line(person: User) -> str:
    return f"{person.first_name} {OwnTenant.objects.get().schema_name}\n"


@login_not_required
@require_GET
def plain(_request: HttpRequest) -> HttpResponse:
    """Return the space's only person, and the space by its own row."""
    return HttpResponse(_line(User.objects.get()) * LINES)


@login_not_required
@require_GET
def streamed(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream rows read before; a query during the streaming is refused."""
    line = _line(User.objects.get())

    def lines() -> Iterator[str]:
        for _ in range(LINES):
            with contextlib.suppress(WrongSpaceError):
                yield f"late: {_line(User.objects.get())}"
            yield line

    return StreamingHttpResponse(lines())


@login_not_required
@require_GET
async def awaited(_request: HttpRequest) -> HttpResponse:
    """Ask from a coroutine, in the three ways of the ORM."""
    first = await User.objects.order_by("pk").afirst()
    assert first is not None
    rows = [person async for person in User.objects.all()]
    rows += [person async for person in User.objects.aiterator(chunk_size=1)]
    own = await OwnTenant.objects.aget()
    return HttpResponse("".join(f"{row.first_name} {own.schema_name}\n" for row in (first, *rows)))


@login_not_required
@require_GET
async def streamed_awaited(_request: HttpRequest) -> StreamingHttpResponse:
    """Ask from a coroutine while the answer is sent, and let others run in between."""

    async def lines() -> AsyncIterator[str]:
        for _ in range(LINES):
            person, own = await User.objects.aget(), await OwnTenant.objects.aget()
            yield f"{person.first_name} {own.schema_name}\n"
            await asyncio.sleep(0.005)

    return StreamingHttpResponse(lines())


@login_not_required
@require_GET
def raising(_request: HttpRequest) -> HttpResponse:
    """Fail inside a transaction, as a view may."""
    with transaction.atomic():
        User.objects.update(first_name="nobody")
        raise RuntimeError("on purpose")


urlpatterns = [
    path("plain/", plain),
    path("streamed/", streamed),
    path("awaited/", awaited),
    path("streamed-awaited/", streamed_awaited),
    path("raising/", raising),
]
