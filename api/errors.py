"""How the API says no: a sentence in `detail`, and the mistakes by field."""

from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.http import PASSING, TRY_AGAIN_SECONDS


class Problem(serializers.Serializer[Any]):
    """Why something was not done, in the person's language."""

    detail = serializers.CharField()
    field = serializers.CharField(allow_null=True, required=False)


class Misshapen(serializers.Serializer[Any]):
    """A request of the wrong shape: sentences by field."""

    detail = serializers.CharField()
    mistakes = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))


_REFUSALS: dict[int, Any] = {400: Misshapen, 403: Problem, 404: Problem, 422: Problem}


def those(*codes: int) -> dict[int, Any]:
    """Return how refusals of these statuses are described."""
    return {code: _REFUSALS[code] for code in codes}


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into an answer; None lets Django report a fault of ours."""
    if isinstance(error, Refused):
        body = {"detail": error.sentence, "field": error.field}
        return Response(body, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, NotAllowed):
        return Response({"detail": error.sentence}, status=status.HTTP_403_FORBIDDEN)
    if isinstance(error, PASSING):
        sentence = _("Trop de monde à la fois. Réessayez dans un instant.")
        again = {"Retry-After": str(TRY_AGAIN_SECONDS)}
        return Response({"detail": sentence}, status=503, headers=again)
    if isinstance(error, ModelValidationError):
        return _by_field(_model_sentences(error), status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, exceptions.ValidationError):
        return _by_field(_sentences(error.detail), status.HTTP_400_BAD_REQUEST)
    return exception_handler(error, context)


def _by_field(fields: dict[str, list[str]], code: int) -> Response:
    first = next((sentences[0] for sentences in fields.values() if sentences), "")
    return Response({"detail": first, "mistakes": fields}, status=code)


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
