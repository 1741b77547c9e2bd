"""Answers that need neither a thread nor the database: too slow, too many, too long."""

import enum
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape, format_html_join
from django.utils.translation import gettext as _

from saas.kernel.http import TRY_AGAIN_SECONDS, policy
from saas.serving.answers import Answer

PASSWORD_FIELDS = ("current", "password")
_MOST_TYPED_BYTES = 16 * 1024
_MOST_FIELDS = 40
_KINDS_OF_FORM: tuple[tuple[str, ...], ...] = (("password",), PASSWORD_FIELDS)
# Placeholders in a form until it is filled in; no text of ours contains them.
_ADDRESS = "address-of-the-form"
_FIELDS = [("fields-of-the-form", "")]
_EMPTY = b'<input type="hidden" name="fields-of-the-form" value="">'
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": policy(),
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


class Refusal(enum.Enum):
    """The reasons to refuse a request before, or instead of, a page."""

    SLOW_BODY = "slow_body"
    CROWDED = "crowded"
    MALFORMED = "malformed"
    ENDED = "ended"
    MANY_PASSWORDS = "many_passwords"
    BUSY_WITH_PASSWORDS = "busy_with_passwords"
    MANY_STARTS = "many_starts"
    BUSY_WITH_STARTS = "busy_with_starts"

    @property
    def status(self) -> HTTPStatus:
        """Return the status of the response."""
        return {
            Refusal.SLOW_BODY: HTTPStatus.REQUEST_TIMEOUT,
            Refusal.MALFORMED: HTTPStatus.BAD_REQUEST,
            Refusal.MANY_PASSWORDS: HTTPStatus.TOO_MANY_REQUESTS,
            Refusal.MANY_STARTS: HTTPStatus.TOO_MANY_REQUESTS,
        }.get(self, HTTPStatus.SERVICE_UNAVAILABLE)

    @property
    def passes(self) -> bool:
        """Whether the same request may succeed in a moment."""
        return self not in {Refusal.SLOW_BODY, Refusal.MALFORMED}

    @property
    def sentence(self) -> str:
        """The sentence of its page, in the active language."""
        if self is Refusal.SLOW_BODY:
            return _(
                "Votre envoi a mis trop longtemps à arriver. Rien n’a été enregistré. Vérifiez "
                "votre connexion, revenez à la page précédente, puis renvoyez-le."
            )
        if self is Refusal.MALFORMED:
            return _("Votre envoi est arrivé abîmé. Rien n’a été enregistré.")
        if self is Refusal.ENDED:
            return _(
                "Cette page demandait trop de temps : nous l’avons arrêtée. Si vous envoyiez "
                "quelque chose, vérifiez d’abord si c’est enregistré, puis réessayez dans un "
                "instant."
            )
        if self in {Refusal.MANY_PASSWORDS, Refusal.BUSY_WITH_PASSWORDS}:
            return _(
                "Beaucoup de mots de passe arrivent à la fois. Rien n’est perdu : réessayez dans "
                "un instant."
            )
        if self in {Refusal.MANY_STARTS, Refusal.BUSY_WITH_STARTS}:
            return _(
                "Beaucoup de connexions commencent à la fois. Rien n’est perdu\u00a0: réessayez "
                "dans un instant."
            )
        return _(
            "Trop de monde à la fois. Rien n’a été enregistré. Revenez à la page précédente dans "
            "un instant, puis recommencez."
        )


class Typed(NamedTuple):
    """Submitted form: the address to send it to again, and its fields except passwords."""

    address: str
    fields: list[tuple[str, str]]
    passwords: tuple[str, ...]


def typed_of(environ: dict[str, Any]) -> Typed:
    """Return the submitted fields, so that the sender only retypes the password.

    Long bodies and content types other than a page's form are left out.
    """
    length = int(environ["CONTENT_LENGTH"] or 0)
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip()
    fields: list[tuple[str, str]] = []
    if kind == "application/x-www-form-urlencoded" and length <= _MOST_TYPED_BYTES:
        sent = QueryDict(environ["wsgi.input"].read(), encoding="utf-8")
        fields = [(name, value) for name, values in sent.lists() for value in values]
    names = {name for name, _value in fields}
    others = [pair for pair in fields if pair[0] not in PASSWORD_FIELDS]
    passwords = tuple(name for name in PASSWORD_FIELDS if name in names)
    address = WSGIRequest({**environ, "wsgi.input": BytesIO()}).get_full_path()
    return Typed(address, others[:_MOST_FIELDS], passwords)


class Refusals:
    """Each refusal in each language, made once when the process starts."""

    def __init__(self) -> None:
        self._pages = {
            (refusal, language): _page(refusal, language)
            for refusal in Refusal
            for language, _name in settings.LANGUAGES
        }
        # A form of each kind, filled in by hand: hundreds are refused in the same second.
        self._forms = {
            (refusal, language, names): _page(refusal, language, Typed(_ADDRESS, _FIELDS, names))
            for refusal in (Refusal.MANY_PASSWORDS, Refusal.BUSY_WITH_PASSWORDS)
            for language, _name in settings.LANGUAGES
            for names in _KINDS_OF_FORM
        }

    def answer(
        self,
        answer: Answer,
        refusal: Refusal,
        environ: dict[str, Any],
        *,
        typed: Typed | None = None,
    ) -> None:
        """Fill an answer in the language that the browser asks for; in JSON below the API."""
        request = WSGIRequest({**environ, "wsgi.input": BytesIO()})
        language = translation.get_language_from_request(request)
        kind, page = "text/html; charset=utf-8", self._pages[refusal, language]
        form = self._forms.get((refusal, language, typed.passwords)) if typed else None
        if typed is not None and form is not None:
            page = _filled(form, typed)
        if request.path.startswith("/api/"):
            with translation.override(language):
                body = {"detail": refusal.sentence}
            kind, page = "application/json", JsonResponse(body).content
        headers = {**_HEADERS, "Content-Type": kind, "Content-Language": language}
        if refusal.passes:
            headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
        answer.begin(f"{refusal.status:d} {refusal.status.phrase}", list(headers.items()))
        answer.add(page)


def _filled(form: bytes, typed: Typed) -> bytes:
    inputs = format_html_join("", '<input type="hidden" name="{}" value="{}">', typed.fields)
    filled = form.replace(_EMPTY, inputs.encode())
    return filled.replace(_ADDRESS.encode(), escape(typed.address).encode(), 1)


def _page(refusal: Refusal, language: str, typed: Typed | None = None) -> bytes:
    with translation.override(language):
        context = {"sentence": refusal.sentence, "typed": typed}
        return render_to_string("errors/waited.html", context).encode()
