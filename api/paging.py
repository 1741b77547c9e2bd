"""Pages of a list, as each resource asks for them and links to those beside them."""

from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from saas.kernel.search import keyset
from saas.kernel.secrets import tokens

MOST_LISTED = 50
LINKS_LAST_SECONDS = 7 * 24 * 3600


class PageQuery(serializers.Serializer[Any]):
    """Page of a list: the largest number of rows, and the cursor to start from."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST_LISTED, required=False, default=20)
    cursor = serializers.CharField(
        max_length=1000,
        required=False,
        default="",
        allow_blank=True,
        help_text="D’un lien `next` ou `previous` de la même liste",
    )


class PageBase(serializers.Serializer[Any]):
    """Links to the previous and the next page; null at an end of the list."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


def cut[T](request: Request, query: PageQuery, rows: QuerySet[Any, T]) -> keyset.Cut[T]:
    """Return the rows of a list that were asked for."""
    place = _place(request, query.validated_data["cursor"])
    return keyset.cut(rows, place, query.validated_data["limit"])


def answer(request: Request, page: keyset.Cut[Any], results: Any, **more: Any) -> Response:
    """Answer with rows, and links to the pages beside them."""
    links = {"next": _link(request, page.next), "previous": _link(request, page.previous)}
    return Response({**more, **links, "results": results})


def _link(request: Request, place: keyset.Place | None) -> str | None:
    if place is None:
        return None
    cursor = tokens.sign(_purpose(request), keyset.as_json(place))
    pairs = [(name, value) for name, value in _query_pairs(request) if name != "cursor"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*pairs, ('cursor', cursor)])}")


def _place(request: Request, cursor: str) -> keyset.Place | None:
    if not cursor:
        return None
    try:
        written = tokens.unsign(_purpose(request), cursor, max_age_seconds=LINKS_LAST_SECONDS)
    except signing.BadSignature as error:
        sentence = _("Ce curseur n’est pas de cette liste, ou n’a plus cours.")
        raise serializers.ValidationError({"cursor": [sentence]}) from error
    return keyset.from_json(written)


def _purpose(request: Request) -> str:
    """Bind a place to its list: elsewhere, or sorted otherwise, it would mean nothing."""
    pairs = [pair for pair in _query_pairs(request) if pair[0] not in {"cursor", "limit"}]
    return f"cursor:{request.path}?{urlencode(sorted(pairs))}"


def _query_pairs(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.query_params.lists() for value in values]
