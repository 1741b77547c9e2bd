"""The address of SCIM on the host of a space, for programs with a token of the space."""

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from api.authentication import TokenAuthentication
from saas.accounts import auth
from saas.accounts.models import User
from saas.kernel import cache
from tenants.community.integrations import rules
from tenants.spaces.requests import SpaceRequest

if TYPE_CHECKING:
    from scim2_server.responses import ScimResponse

SCOPE = "scim:write"
_MINUTE = 60


class _RefusedError(Exception):
    """A request that is refused before it is read."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class _Caller(NamedTuple):
    """The administrator in whose name the token acts, and the body of the request."""

    person: User
    body: bytes


@csrf_exempt  # a token in a header: no browser sends it by itself
@login_not_required
def resource(request: SpaceRequest, path: str = "") -> HttpResponse:
    """Answer a request of the company's directory."""
    # Its libraries are loaded in processes that a directory asks, not in each of them.
    from scim2_server.requests import ScimRequest  # noqa: PLC0415

    from api.scim import service  # noqa: PLC0415

    try:
        caller = _caller(request)
    except _RefusedError as refused:
        return _http(service.refusal(refused.status, refused.detail))
    question = ScimRequest(
        method=request.method or "GET",
        base_url=f"{auth.sign_in_host(request).origin}/scim/v2",
        path=f"/{path}",
        query=request.GET.dict(),
        headers=dict(request.headers),
        body=caller.body,
    )
    return _http(service.answer(question, by=caller.person, at=timezone.now()))


def _caller(request: SpaceRequest) -> _Caller:
    """Return the caller of a request. Raises _RefusedError."""
    try:
        found = TokenAuthentication().authenticate(request)  # type: ignore[arg-type]
    except exceptions.APIException as error:
        raise _RefusedError(401, str(error.detail)) from None
    if found is None:
        raise _RefusedError(401, _("Envoyez un jeton de l’espace."))
    person, token = found
    if not rules.opens(token.scopes.split(), SCOPE):
        sentence = _("Ce jeton n’ouvre pas cela : il lui faut « %(scope)s ».")
        raise _RefusedError(403, sentence % {"scope": SCOPE})
    minute = int(timezone.now().timestamp()) // _MINUTE
    count = cache.counted(f"scim:{token.pk}:{minute}", seconds=2 * _MINUTE) or 0
    if count > settings.API_READS_A_MINUTE:
        raise _RefusedError(429, _("Trop de requêtes\u00a0: attendez une minute."))
    try:
        return _Caller(person, request.body)
    except RequestDataTooBig:
        raise _RefusedError(413, _("Cette requête est trop longue.")) from None


def _http(answer: "ScimResponse") -> HttpResponse:
    headers = dict(answer.headers)
    kind = headers.pop("Content-Type")
    if answer.body is None:
        return HttpResponse(status=answer.status, headers=headers)
    return JsonResponse(answer.body, status=answer.status, headers=headers, content_type=kind)
