"""The OpenAPI descriptions: one for each kind of host, open to all, made from the code."""

from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response


@extend_schema(exclude=True)
class _Description(SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer2]
    permission_classes = [AllowAny]
    authentication_classes = []

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Describe the resources of this host."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response["Cache-Control"] = "public, max-age=300"
        return response


class SpaceDescription(_Description):
    """The API of a space: everything that its members can do with a program."""

    urlconf = "saas.urls_tenant"


class PublicDescription(_Description):
    """The API of the public host, open to anybody."""

    urlconf = "saas.urls_public"


class OperatorDescription(_Description):
    """The API of the console's host, for operators."""

    urlconf = "saas.urls_operator"
