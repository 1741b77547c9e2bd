"""Names of stored files: the space first, then the room, then something nobody guesses."""

import io
import secrets

from django.http import FileResponse

from saas.kernel import schema


def private_name(room: str, extension: str) -> str:
    """Return a new name for a file of this space that only a view hands out."""
    return f"{schema.current()}/{room}/{secrets.token_urlsafe(18)}.{extension}"


def public_name(room: str, extension: str) -> str:
    """Return a new, unguessable name for a file of the shared catalogue."""
    return f"{schema.PUBLIC}/{room}/{secrets.token_urlsafe(18)}.{extension}"


def download(content: bytes, *, name: str, content_type: str = "application/pdf") -> FileResponse:
    """Hand out a private file under the name that it is kept by."""
    return FileResponse(
        io.BytesIO(content), content_type=content_type, as_attachment=True, filename=name
    )
