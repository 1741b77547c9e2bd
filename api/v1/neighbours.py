"""Things that neighbouring spaces show: list."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import Misshapen, Problem
from api.paging import PageQuery
from tenants.community.treaties import queries
from tenants.spaces.models import Category


class Origin(serializers.Serializer[Any]):
    """The space that shows a thing."""

    slug = serializers.CharField()
    name = serializers.CharField()


class SharedOut(serializers.Serializer[Any]):
    """A thing of a neighbouring space; its author has a short name and no address."""

    reference = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    kind = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    price_cents = serializers.IntegerField(allow_null=True)
    price_unit = serializers.CharField()
    place = serializers.CharField()
    author = serializers.CharField()
    company = serializers.CharField()
    picture = serializers.CharField(help_text="Adresse de la photo, ou rien")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    starts_at = serializers.DateTimeField(
        allow_null=True, help_text="Quand cela commence, pour une activité"
    )
    space = Origin(required=False)


@extend_schema_serializer(many=False)
class SharedPage(serializers.Serializer[Any]):
    """Some of what neighbours show; fewer than `limit` is the end."""

    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    results = SharedOut(many=True)


class SharedAsked(PageQuery):
    """Search parameters of the list, as on the page."""

    category = serializers.ChoiceField(choices=Category.choices, required=False, default=None)
    space = serializers.SlugField(max_length=63, required=False, default="", allow_blank=True)


class Neighbours(viewsets.ViewSet):
    """Things that people of nearby spaces show to this one."""

    @extend_schema(
        parameters=[SharedAsked], responses={200: SharedPage, 400: Misshapen, 403: Problem}
    )
    def list(self, request: Request) -> Response:
        """List what treaties in force open."""
        query = SharedAsked(data=request.query_params)
        query.is_valid(raise_exception=True)
        fields = query.validated_data
        limit, offset = fields["limit"], fields["offset"]
        filters = queries.Filters(fields["category"] or "", fields["space"])
        found = queries.rows_of(filters, at=timezone.now(), start=offset, size=limit)
        results = [_shown(item, clause) for item, clause in found.rows]
        return Response({"limit": limit, "offset": offset, "results": results})


def _shown(item: Any, clause: Any) -> dict[str, Any]:
    return {
        **SharedOut(item).data,
        "picture": queries.picture_url(item),
        "space": Origin(clause).data,
    }
