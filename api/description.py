"""OpenAPI descriptions, for each kind of host: generated from the code, open to all.

Programs read them as JSON. People read a page of our own, without scripts and without third-party
assets.
"""

import functools
import threading
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from saas.kernel.http import page
from saas.kernel.web import problems

BY_HOST = {
    settings.ROOT_URLCONF: "space",
    settings.PUBLIC_SCHEMA_URLCONF: "public",
    settings.OPERATOR_URLCONF: "operator",
}


@extend_schema(exclude=True)
class _Description(SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer2]
    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []

    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Describe the resources of this host; `?lang=en` in another language."""
        wanted = request.query_params.get("lang", "")
        language = translation.get_language() or settings.LANGUAGE_CODE
        language = wanted if wanted in dict(settings.LANGUAGES) else language
        text = written_description(str(self.urlconf), language)
        response = HttpResponse(text, content_type=self.renderer_classes[0].media_type)
        response["Cache-Control"] = "public, max-age=300"
        return response


_writing = threading.Lock()


def written_description(urlconf: str, language: str) -> bytes:
    """Return the description of a kind of host as JSON, made once for each language and kept."""
    with _writing:  # a concurrent request waits for the first result
        return _write_description(urlconf, language)


@functools.lru_cache(maxsize=8)
def _write_description(urlconf: str, language: str) -> bytes:
    with translation.override(language):
        found = SchemaGenerator(urlconf=urlconf).get_schema(public=True)  # type: ignore[no-untyped-call]
        text: bytes = OpenApiJsonRenderer2().render(found, renderer_context={})
    return text


class SpaceDescription(_Description):
    """The API of a space: everything that its members can do with a program."""

    urlconf = "saas.urls_tenant"


class PublicDescription(_Description):
    """The API of the public host, open to anybody."""

    urlconf = "saas.urls_public"


class OperatorDescription(_Description):
    """The API of the console's host, for operators."""

    urlconf = "saas.urls_operator"


class Field(NamedTuple):
    """A parameter of an address, or a field of a request's body."""

    name: str
    kind: str
    required: bool
    words: str


class Operation(NamedTuple):
    """A method of an address, as the page shows it."""

    anchor: str
    method: str
    path: str
    title: str
    parameters: list[Field]
    body: list[Field]
    answers: list[str]


class Area(NamedTuple):
    """The operations of a resource."""

    name: str
    operations: list[Operation]


class ProblemKind(NamedTuple):
    """A kind of problem document."""

    name: str
    status: int
    title: str


@login_not_required
@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Show the API reference of this host as a page."""
    urlconf = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    areas = _areas(urlconf, translation.get_language() or settings.LANGUAGE_CODE)
    context = {
        "areas": areas,
        "problems": [
            ProblemKind(name, status, str(title))
            for status, (name, title) in problems.KINDS.items()
        ],
        "reads": settings.API_READS_A_MINUTE,
        "writes": settings.API_WRITES_A_MINUTE,
        "nav": "",
    }
    known = BY_HOST[urlconf] == "space" and request.user.is_authenticated
    layout = "layouts/space.html" if known else "layouts/plain.html"
    return page(request, "api/reference.html", context | {"layout": layout, "has_tokens": known})


@functools.lru_cache(maxsize=8)
def _areas(urlconf: str, _language: str) -> list[Area]:
    """Read the description once for each kind of host and language."""
    written = SchemaGenerator(urlconf=urlconf).get_schema(public=True)  # type: ignore[no-untyped-call]
    shapes = written.get("components", {}).get("schemas", {})
    found: dict[str, list[Operation]] = {}
    for path, methods in written["paths"].items():
        for method, operation in methods.items():
            named = Operation(
                operation["operationId"],
                method.upper(),
                path,
                operation.get("description", "").strip(),
                _parameters_of(operation, shapes),
                _body_of(operation, shapes),
                sorted(operation["responses"]),
            )
            found.setdefault(operation["tags"][0], []).append(named)
    return [Area(name, operations) for name, operations in found.items()]


def _parameters_of(operation: dict[str, Any], shapes: dict[str, Any]) -> list[Field]:
    return [
        Field(
            each["name"],
            _kind_of(each["schema"], shapes),
            each.get("required", False),
            each.get("description", ""),
        )
        for each in operation.get("parameters", [])
    ]


def _body_of(operation: dict[str, Any], shapes: dict[str, Any]) -> list[Field]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return []
    shape = _resolved(content["schema"], shapes)
    required = shape.get("required", [])
    return [
        Field(name, _kind_of(field, shapes), name in required, field.get("description", ""))
        for name, field in shape.get("properties", {}).items()
    ]


def _resolved(shape: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    if "allOf" in shape:
        shape = shape["allOf"][0]
    name = shape.get("$ref", "").rpartition("/")[2]
    resolved: dict[str, Any] = shapes[name] if name else shape
    return resolved


def _kind_of(shape: dict[str, Any], shapes: dict[str, Any]) -> str:
    """Name a kind of value in a word or two; of a choice its values."""
    if "oneOf" in shape:
        return " | ".join(filter(None, (_kind_of(each, shapes) for each in shape["oneOf"])))
    shape = _resolved(shape, shapes)
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"] if value not in {"", None})
    if shape.get("type") == "array":
        return f"[{_kind_of(shape['items'], shapes)}]"
    return str(shape.get("format") or shape.get("type") or "")


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the common parts of all operations: idempotency keys and 304 responses."""
    key = {
        "in": "header",
        "name": "Idempotency-Key",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "description": "La même clé avec le même corps n’agit qu’une fois, pendant 24 h",
    }
    known = {
        "in": "header",
        "name": "If-None-Match",
        "schema": {"type": "string"},
        "description": "ETag d’une réponse que l’on a déjà : 304 si elle n’a pas changé",
    }
    for methods in result["paths"].values():
        for method, operation in methods.items():
            parameters = operation.setdefault("parameters", [])
            if method == "post":
                parameters.append(key)
                same = operation["responses"].get("422") or operation["responses"]["403"]
                operation["responses"] |= {"409": same, "422": same}
            elif method == "get":
                parameters.append(known)
                operation["responses"]["304"] = {"description": "Rien n’a changé"}
    return result
