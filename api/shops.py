"""Authentication of a merchant's program: a token of the desk, within its scopes."""

import datetime as dt
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.authentication import MissingScope, ProgramAuthentication
from saas.catalogue.merchants.models import Merchant, ProgramToken
from saas.catalogue.merchants.queries import programs


class ShopAuthentication(ProgramAuthentication[ProgramToken]):
    """Authentication by `Authorization: Bearer` with a token of the desk."""

    caller = "shop"

    def token_with(self, secret: str, *, at: dt.datetime) -> ProgramToken | None:
        """Return the token in use with a secret."""
        return programs.token_with(secret, at=at)


class ShopScope(BasePermission):
    """Permission of a merchant's token: within its scopes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True if the request's token has the resource's scope. Raises MissingScope."""
        if not isinstance(request.auth, ProgramToken):
            return False
        if view.scope not in request.auth.scopes.split():
            raise MissingScope(view.scope)
        return True


def merchant_of(request: Request) -> Merchant:
    """Return the shop of a request's token."""
    token: Any = request.auth
    merchant: Merchant = token.merchant
    return merchant


class _DescribedShop(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ShopAuthentication
    name = "shopToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ARG002
        """Describe how a merchant's token is sent."""
        return {"type": "http", "scheme": "bearer"}
