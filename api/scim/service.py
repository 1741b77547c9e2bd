"""A request of SCIM, answered by the storage of this space."""

import datetime as dt
import functools
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from scim2_models import (
    Error,
    ForbiddenException,
    InvalidFilterException,
    InvalidValueException,
    NotImplementedException,
    SCIMException,
)
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService

from api.scim.resources import provider
from api.scim.storage import Storage
from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused

_NUL = ("\x00", "%00", "\\u0000")


@functools.cache
def _service() -> ScimService:
    return ScimService(provider())


def answer(request: ScimRequest, *, by: User, at: dt.datetime) -> ScimResponse:
    """Return the response to a request; a refused request changes nothing."""
    service = _service()
    try:
        with transaction.atomic():
            _check(request)
            return ScimHandler(service, Storage(by=by, at=at)).handle(request)
    except (SCIMException, Refused, NotAllowed, ValidationError, RecursionError) as error:
        return service.error_response(_in_scim(error))


def refusal(status: int, detail: str) -> ScimResponse:
    """Return the response to a request that is refused before it is read."""
    headers = (
        {"WWW-Authenticate": 'Bearer realm="SCIM"'} if status == HTTPStatus.UNAUTHORIZED else {}
    )
    body = Error(status=status, detail=detail).model_dump()
    return ScimResponse(HTTPStatus(status), body, headers)


def _check(request: ScimRequest) -> None:
    """Refuse searches of everything at once, and signs that no name contains."""
    if request.path.strip("/") in {"", ".search"}:
        raise NotImplementedException(detail="Search in /Users or in /Groups.")
    texts = (*request.query.values(), request.body.decode("utf-8", "replace"))
    if any(sign in text for text in texts for sign in _NUL):
        raise InvalidValueException(detail="A value contains a NUL character.")


def _in_scim(error: Any) -> SCIMException:
    """Return an error of ours in the form of SCIM, with its sentence."""
    if isinstance(error, SCIMException):
        return error
    if isinstance(error, NotAllowed):
        return ForbiddenException(detail=error.sentence)
    if isinstance(error, RecursionError):
        return InvalidFilterException(detail=_("Ce filtre est trop profond."))
    if isinstance(error, ValidationError):
        return InvalidValueException(detail=" ".join(error.messages))
    return InvalidValueException(detail=error.sentence)
