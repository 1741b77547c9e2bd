"""Problem documents (RFC 9457): how a program is told that something was not done."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTENT_TYPE = "application/problem+json"
PAGE = "/api/v1/"  # where each kind of problem is explained

# The kinds of problems by their status: a name for programs, a title for people.
KINDS: dict[int, tuple[str, Promise]] = {
    400: ("misshapen", _("La requête ne se lit pas")),
    401: ("unauthenticated", _("Personne n’est connecté")),
    403: ("forbidden", _("Ce n’est pas permis")),
    404: ("not-found", _("Il n’y a rien ici")),
    405: ("no-such-method", _("Cette adresse ne fait pas cela")),
    406: ("not-acceptable", _("Ce format n’existe pas")),
    409: ("conflict", _("La même requête est en cours")),
    413: ("too-large", _("C’est trop long")),
    415: ("unsupported-type", _("Ce format ne se lit pas")),
    422: ("refused", _("L’état actuel ne le permet pas")),
    429: ("too-many-requests", _("Trop de requêtes")),
    500: ("fault", _("Une erreur de notre côté")),
    503: ("unavailable", _("Réessayez dans un instant")),
}


def document(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return a problem document: its type, its title, and a sentence on this occurrence."""
    name, title = KINDS.get(status, ("", HTTPStatus(status).phrase))
    kind = f"{PAGE}#{name}" if name else "about:blank"
    return {"type": kind, "title": str(title), "status": status, "detail": detail, **more}


def answer(status: int, detail: str, **more: Any) -> JsonResponse:
    """Answer with a problem where no view of the API is reached."""
    return JsonResponse(document(status, detail, **more), status=status, content_type=CONTENT_TYPE)


def is_api_request(request: HttpRequest) -> bool:
    """Return True if a request is for the API."""
    return request.path.startswith("/api/")
