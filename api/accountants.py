"""Authentication of an accountant's program: a token of the console that reads the books alone."""

import datetime as dt
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.authentication import REALM, ProgramAuthentication
from billing.ledger.queries import accountants
from billing.models import AccountantToken

SCOPE = "books:read"


class AccountantAuthentication(ProgramAuthentication[AccountantToken]):
    """Authentication by `Authorization: Bearer` with a token of the console."""

    caller = "accountant"
    challenge = f'{REALM}, scope="{SCOPE}"'

    def token_with(self, secret: str, *, at: dt.datetime) -> AccountantToken | None:
        """Return the token in use with a secret."""
        return accountants.token_with(secret, at=at)


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
