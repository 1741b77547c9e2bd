"""Authentication of an accountant's program: a token of the console that reads the books alone."""

from typing import Any, NamedTuple

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.authentication import REALM, bearer_secret, refuse_token
from billing.ledger.actions.accountants import record_use
from billing.ledger.queries.accountants import token_with
from billing.models import AccountantToken

SCOPE = "books:read"


class Accountant(NamedTuple):
    """The caller with an accountant's token: no person, and without any other right."""

    pk: str
    is_authenticated: bool = True


class AccountantAuthentication(BaseAuthentication):
    """Authentication by `Authorization: Bearer` with a token of the console."""

    def authenticate(self, request: Request) -> tuple[Accountant, AccountantToken] | None:
        """Return the caller and the token, or None without a bearer token."""
        secret = bearer_secret(request)
        if secret is None:
            return None
        at = timezone.now()
        token = token_with(secret, at=at)
        if token is None:
            refuse_token(request)
        record_use(token=token, at=at)
        return Accountant(f"accountant-{token.pk}"), token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's form
        """Return the `WWW-Authenticate` challenge of a 401 response."""
        return f'{REALM}, scope="{SCOPE}"'


class ReadsBooks(BasePermission):
    """Permission of an accountant's token: to read."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - DRF's form
        """Return True for a read with an accountant's token."""
        return isinstance(request.auth, AccountantToken) and request.method in SAFE_METHODS


class _DescribedAccountant(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = AccountantAuthentication
    name = "accountantToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """Describe how an accountant's token is sent."""
        return {"type": "http", "scheme": "bearer", "description": SCOPE}
