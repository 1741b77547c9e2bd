"""Authentication of programs: a token, within its scopes, or the session of a page."""

import copy
import datetime as dt
from typing import Any, ClassVar, NamedTuple, NoReturn

from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from saas.accounts.auth import network_from
from saas.accounts.middleware import (
    condition_in_words,
    condition_of_writing,
    first_thing_in_words,
    first_thing_of,
)
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.secrets import program_tokens
from saas.kernel.watching import security_log
from saas.kernel.watching.security_log import SecurityEvent
from tenants.community.integrations import queries, rules
from tenants.community.integrations.models import ApiToken

REALM = 'Bearer realm="Troovon"'


def bearer_secret(request: Request) -> str | None:
    """Return the secret of `Authorization: Bearer`, or None for a request without one."""
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def refuse_token(request: Request) -> NoReturn:
    """Record that a token opens nothing here. Raises AuthenticationFailed."""
    security_log.record(SecurityEvent.TOKEN_REFUSED, network=network_from(request))
    raise exceptions.AuthenticationFailed(
        _("Ce jeton n’ouvre rien ici\u00a0: il est inconnu, expiré ou révoqué.")
    )


class TokenAuthentication(BaseAuthentication):
    """Authentication by `Authorization: Bearer`; first in the list: a failure answers 401."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token's member and the token, or None if the request has no bearer token."""
        secret = bearer_secret(request)
        if secret is None:
            return None
        at = timezone.now()
        in_space = schema.current() != schema.PUBLIC
        token = queries.token_with(secret, at=at) if in_space else None
        person = queries.person_of(token) if token else None
        if token is None or person is None:
            refuse_token(request)
        program_tokens.record_use(token, at=at)
        translation.activate(person.language)  # for the rest of the request
        if token.kind == ApiToken.Kind.PERSONAL and (url := first_thing_of(person)):
            raise exceptions.PermissionDenied(first_thing_in_words(url))
        if token.kind == ApiToken.Kind.PERSONAL and (
            url := condition_of_writing(person, request.method)
        ):
            raise exceptions.PermissionDenied(condition_in_words(url))
        return person, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's form
        """Return the `WWW-Authenticate` challenge of a 401 response."""
        return REALM


class Program(NamedTuple):
    """The caller with a token of its own kind: no person, and without any other right."""

    pk: str
    is_authenticated: bool = True


class ProgramAuthentication[T: Model](BaseAuthentication):
    """Authentication by `Authorization: Bearer` with a token of programs that act for no person."""

    caller: ClassVar[str]
    challenge: ClassVar[str] = REALM

    def token_with(self, secret: str, *, at: dt.datetime) -> T | None:
        """Return the token in use with a secret."""
        raise NotImplementedError

    def authenticate(self, request: Request) -> tuple[Program, T] | None:
        """Return the caller and the token, or None without a bearer token."""
        secret = bearer_secret(request)
        if secret is None:
            return None
        at = timezone.now()
        token = self.token_with(secret, at=at)
        if token is None:
            refuse_token(request)
        program_tokens.record_use(token, at=at)
        return Program(f"{self.caller}-{token.pk}"), token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's form
        """Return the `WWW-Authenticate` challenge of a 401 response."""
        return self.challenge


class PageAuthentication(SessionAuthentication):
    """Session authentication of a page, with the CSRF token accepted in a header only.

    Looking for the token in the body would parse the body: a body of an unsupported media type
    would be answered with 415 before the checks of the CSRF token and of the object.
    """

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a forged request, by its headers. Raises PermissionDenied."""
        headers_alone: Any = copy.copy(request._request)  # noqa: SLF001 - DRF has no other name
        headers_alone.POST = QueryDict()
        super().enforce_csrf(headers_alone)


class MissingScope(exceptions.PermissionDenied):
    """A token lacks the scope that the request needs."""

    def __init__(self, needed: str) -> None:
        super().__init__(
            _("Ce jeton n’ouvre pas cela : il lui faut « %(scope)s ».") % {"scope": needed}
        )
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{needed}"'


class WithinScopes(BasePermission):
    """Permission by scope: a resource without a scope is closed to all tokens."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True unless the request's token lacks the scope. Raises MissingScope."""
        if not isinstance(request.auth, ApiToken):
            return True
        area = getattr(view, "scope", "")
        needed = f"{area}:{'read' if request.method in SAFE_METHODS else 'write'}"
        if not area or not rules.opens(request.auth.scopes.split(), needed):
            raise MissingScope(needed)
        return True


class _DescribedPage(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.PageAuthentication"


class _Described(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """Describe how a token is sent."""
        return {"type": "http", "scheme": "bearer"}
