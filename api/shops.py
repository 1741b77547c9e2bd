"""Authentication of a merchant's program: a token of the desk, within its scopes."""

from typing import Any, NamedTuple

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.authentication import REALM, MissingScope, bearer_secret, refuse_token
from saas.catalogue.merchants.actions.programs import record_use
from saas.catalogue.merchants.models import Merchant, ProgramToken
from saas.catalogue.merchants.queries.programs import token_with


class ShopProgram(NamedTuple):
    """The caller with a merchant's token: no person, and without any other right."""

    pk: str
    is_authenticated: bool = True


class ShopAuthentication(BaseAuthentication):
    """Authentication by `Authorization: Bearer` with a token of the desk."""

    def authenticate(self, request: Request) -> tuple[ShopProgram, ProgramToken] | None:
        """Return the caller and the token, or None without a bearer token."""
        secret = bearer_secret(request)
        if secret is None:
            return None
        at = timezone.now()
        token = token_with(secret, at=at)
        if token is None:
            refuse_token(request)
        record_use(token=token, at=at)
        return ShopProgram(f"shop-{token.pk}"), token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's form
        """Return the `WWW-Authenticate` challenge of a 401 response."""
        return REALM


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
