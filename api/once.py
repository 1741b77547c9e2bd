"""Idempotent requests: `Idempotency-Key` on methods that write.

The request and its response are written in a single transaction: a killed process leaves neither,
and the client's retry starts from scratch. Refusals are not stored, since they changed nothing.
"""

import hashlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from saas.accounts.models import as_any
from saas.kernel import cache
from saas.kernel.errors import Refused
from tenants.community.integrations import actions, queries, rules
from tenants.community.integrations.models import IdempotentRequest

HEADER = "Idempotency-Key"
LONGEST_SECONDS = 60
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

type Handler = Callable[..., Any]


class UnderWay(exceptions.APIException):
    """The same request is being answered at this moment."""

    status_code = status.HTTP_409_CONFLICT
    wait = 1

    def __init__(self) -> None:
        super().__init__(_("Cette requête est en cours : demandez-la à nouveau dans un instant."))


def key_of(request: Request) -> str:
    """Return the key of a request. Raises ValidationError if it is missing or has other signs."""
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        sentence = _("Une clé a de 1 à 255 signes ASCII visibles.")
        raise exceptions.ValidationError({HEADER: [sentence]})
    return key


def answered(handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Any:
    """Answer a request by its handler, or as it was answered the first time."""
    key = key_of(request)
    person = as_any(request.user)
    turn = f"once:{person.pk}:{hashlib.sha256(key.encode()).hexdigest()}"
    if not cache.claimed(turn, seconds=LONGEST_SECONDS):
        raise UnderWay
    try:
        before = queries.answered_with(key, person=person)
        if before is not None:
            return _repeated(before, _fingerprint(request))
        return _first(key, partial(handler, request, *args, **kwargs), request)
    except IntegrityError:  # the store was silent, and another was a moment sooner
        before = queries.answered_with(key, person=person)
        if before is None:
            raise
        return _repeated(before, _fingerprint(request))
    finally:
        cache.forget(turn)


def _first(key: str, handle: Callable[[], Any], request: Request) -> Any:
    person = as_any(request.user)
    with transaction.atomic():
        received = actions.receive_request(
            key=key, fingerprint=_fingerprint(request), by=person, at=timezone.now()
        )
        response = handle()
        answer = rules.Answer(response.status_code, _body_of(response))
        actions.store_answer(request=received, answer=answer, by=person, at=timezone.now())
        return response


def _repeated(before: IdempotentRequest, fingerprint: str) -> HttpResponse:
    if before.fingerprint != fingerprint:
        raise Refused(_("Cette clé a déjà servi à une autre requête."), field=HEADER)
    response = HttpResponse(before.body, content_type="application/json", status=before.status)
    response["Idempotency-Replayed"] = "true"
    return response


def _body_of(response: Response) -> str:
    if response.status_code == status.HTTP_204_NO_CONTENT:
        return ""
    written: bytes = JSONRenderer().render(response.data)
    return written.decode()


def _fingerprint(request: Request) -> str:
    request_line = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(request_line + _content(request)).hexdigest()


def _content(request: Request) -> bytes:
    """Return the content of a request; for a form, its parts without the boundaries."""
    if not (request.content_type or "").startswith("multipart/"):
        return request.body
    parts = []
    fields = cast("QueryDict", request.data)
    for name, part in ((one, part) for one in sorted(fields) for part in fields.getlist(one)):
        content = part.read() if hasattr(part, "read") else str(part).encode()
        if hasattr(part, "seek"):
            part.seek(0)
        parts.append(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return b"".join(parts)
