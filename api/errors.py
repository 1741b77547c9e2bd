"""Errors of the API: a problem document with a sentence, and validation errors by field."""

from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.http import PASSING, TRY_AGAIN_SECONDS
from saas.kernel.web import problems

BAD_REQUEST = 400


class Problem(serializers.Serializer[Any]):
    """A problem document (RFC 9457): the failure and its reason, in the person's language."""

    type = serializers.CharField(help_text="Adresse qui explique cette sorte de problème")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    field = serializers.CharField(allow_null=True, required=False)


class Misshapen(Problem):
    """A request of the wrong shape: sentences by field."""

    mistakes = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


def those(*codes: int) -> dict[tuple[int, str], Any]:
    """Return how refusals of these statuses, and those of every address, are described."""
    everywhere = {401, 406, 429}
    return {
        (code, problems.CONTENT_TYPE): Misshapen if code == BAD_REQUEST else Problem
        for code in sorted({*codes, *everywhere})
    }


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Convert an exception of a view to a response; return None for a bug, which Django reports."""
    if isinstance(error, Refused):
        return _problem(422, error.sentence, field=error.field)
    if isinstance(error, NotAllowed):
        return _problem(403, error.sentence)
    if isinstance(error, PASSING):
        sentence = _("Nous n’avons pas pu répondre à temps. Réessayez dans un instant.")
        return _problem(503, sentence, headers={"Retry-After": str(TRY_AGAIN_SECONDS)})
    if isinstance(error, ModelValidationError):
        return _by_field(_model_sentences(error), 422)
    if isinstance(error, exceptions.ValidationError):
        return _by_field(_sentences(error.detail), BAD_REQUEST)
    return _of_framework(error, context)


def _of_framework(error: Exception, context: dict[str, Any]) -> Response | None:
    """Convert an exception of REST framework to a problem document, with its headers."""
    response = exception_handler(error, context)
    if response is None:
        return None
    sentence = str(response.data.get("detail", response.status_text))
    headers = {
        name: response[name]
        for name in ("WWW-Authenticate", "Retry-After", "Allow")
        if response.has_header(name)
    }
    return _problem(response.status_code, sentence, headers=headers)


def _problem(status: int, detail: str, *, headers: Any = None, **more: Any) -> Response:
    body = problems.document(status, detail, **more)
    return Response(body, status=status, headers=headers, content_type=problems.CONTENT_TYPE)


def _by_field(fields: dict[str, list[str]], status: int) -> Response:
    first = next((sentences[0] for sentences in fields.values() if sentences), "")
    return _problem(status, first, mistakes=fields)


def _model_sentences(error: ModelValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return dict(error.message_dict)
    return {"": error.messages}


def _sentences(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {str(name): _flat(value) for name, value in detail.items()}
    return {"": _flat(detail)}


def _flat(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _flat(part)]
    if isinstance(value, list):
        return [text for part in value for text in _flat(part)]
    return [str(value)]
