"""Names of stored files: the space first, then the room, then something nobody guesses."""

import secrets

from saas.kernel import schema


def private_name(room: str, extension: str) -> str:
    """Return a new name for a file of this space that only a view hands out."""
    return f"{schema.current()}/{room}/{secrets.token_urlsafe(18)}.{extension}"


def public_name(room: str, extension: str) -> str:
    """Return a new, unguessable name for a file of the shared catalogue."""
    return f"{schema.PUBLIC}/{room}/{secrets.token_urlsafe(18)}.{extension}"
