"""Answers that need neither a thread nor the database: too slow, and too many at once."""

from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from saas.kernel.http import TRY_AGAIN_SECONDS, policy
from saas.serving.answers import Answer

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": policy(),
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


class Refusals:
    """Each refusal in each language, made once when the process starts."""

    def __init__(self) -> None:
        self._pages = {
            (status, language): _page(status, language)
            for status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE)
            for language, _name in settings.LANGUAGES
        }

    def answer(self, answer: Answer, status: HTTPStatus, environ: dict[str, Any]) -> None:
        """Fill an answer in the language that the browser asks for; in JSON below the API."""
        request = WSGIRequest({**environ, "wsgi.input": BytesIO()})
        language = translation.get_language_from_request(request)
        kind, page = "text/html; charset=utf-8", self._pages[status, language]
        if request.path.startswith("/api/"):
            with translation.override(language):
                body = {"detail": _sentence(status)}
            kind, page = "application/json", JsonResponse(body).content
        headers = {**_HEADERS, "Content-Type": kind, "Content-Language": language}
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
        answer.begin(f"{status:d} {status.phrase}", list(headers.items()))
        answer.add(page)


def _page(status: HTTPStatus, language: str) -> bytes:
    with translation.override(language):
        return render_to_string("errors/waited.html", {"sentence": _sentence(status)}).encode()


def _sentence(status: HTTPStatus) -> str:
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return _(
            "Votre envoi a mis trop longtemps à arriver. Rien n’a été enregistré. Vérifiez votre "
            "connexion, revenez à la page précédente, puis renvoyez-le."
        )
    return _(
        "Trop de monde à la fois. Rien n’a été enregistré. Revenez à la page précédente dans un "
        "instant, puis recommencez."
    )
