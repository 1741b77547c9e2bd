"""Stored files: their unguessable names, and the download of a private file."""

import io
import re
import secrets
from http import HTTPStatus
from typing import cast

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase

from saas.kernel import schema
from saas.kernel.uploads.storage import PlacedStorage

MOST_AT_ONCE = 4 * 1024 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def private_name(room: str, extension: str) -> str:
    """Return a new name for a file of this space that only a view hands out."""
    return f"{schema.current()}/{room}/{secrets.token_urlsafe(18)}.{extension}"


def public_name(room: str, extension: str) -> str:
    """Return a new, unguessable name for a file of the shared catalogue."""
    return f"{schema.PUBLIC}/{room}/{secrets.token_urlsafe(18)}.{extension}"


def download(content: bytes, *, name: str, content_type: str = "application/pdf") -> FileResponse:
    """Return a download of a private file under its name."""
    return FileResponse(
        io.BytesIO(content), content_type=content_type, as_attachment=True, filename=name
    )


def ranged(name: str, content_type: str, requested: str) -> HttpResponseBase:
    """Return a private file, or the range that a player requests (RFC 9110, 14).

    A range has four megabytes at most: the player requests the next.
    """
    size = default_storage.size(name)
    match = _RANGE.fullmatch(requested.strip())
    if match is None or not (match[1] or match[2]):
        whole = FileResponse(default_storage.open(name), content_type=content_type)
        return _playable(whole)
    first = int(match[1]) if match[1] else max(0, size - int(match[2]))
    last = int(match[2]) if match[1] and match[2] else size - 1
    last = min(last, size - 1, first + MOST_AT_ONCE - 1)
    if first > last:
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    piece = HttpResponse(
        cast("PlacedStorage", default_storage).piece(name, first, last - first + 1),
        content_type=content_type,
        status=HTTPStatus.PARTIAL_CONTENT,
    )
    piece["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _playable(piece)


def _playable[R: HttpResponseBase](response: R) -> R:
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=3600"
    return response
