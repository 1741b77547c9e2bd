"""Things that neighbouring spaces show: list."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.errors import those
from api.paging import PageBase, PageQuery
from api.resources import Resource
from tenants.community.treaties import rules
from tenants.community.treaties.queries import board as queries
from tenants.spaces.models import Category


class Origin(serializers.Serializer[Any]):
    """The space that shows a thing."""

    slug = serializers.CharField()
    name = serializers.CharField()


class SharedItemOut(serializers.Serializer[Any]):
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
    reported_as = serializers.CharField(
        required=False, help_text="Référence à donner pour la signaler (« neighbour »)"
    )


@extend_schema_serializer(many=False)
class SharedItemPage(PageBase):
    """A page of items shared by neighbouring spaces."""

    results = SharedItemOut(many=True)


class SharedItemsQuery(PageQuery):
    """Search parameters of the list, as on the page."""

    category = serializers.ChoiceField(choices=Category.choices, required=False, default=None)
    space = serializers.SlugField(max_length=63, required=False, default="", allow_blank=True)


class SharedItems(Resource):
    """Items that nearby spaces share with this space."""

    scope = "neighbours"

    @extend_schema(
        parameters=[SharedItemsQuery], responses={200: SharedItemPage, **those(400, 403)}
    )
    def list(self, request: Request) -> Response:
        """List the items that treaties in force share."""
        query = SharedItemsQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        fields = query.validated_data
        filters = queries.Filters(fields["category"] or "", fields["space"])
        clauses = queries.clauses_in_force()
        page = paging.cut(request, query, queries.listing(filters, clauses, at=timezone.now()))
        spaces = {clause.tenant_id: clause for clause in clauses}
        results = [
            _shown(item, spaces[item.tenant_id]) for item in page.rows if item.tenant_id in spaces
        ]
        return paging.answer(request, page, results)


def _shown(item: Any, clause: Any) -> dict[str, Any]:
    return {
        **SharedItemOut(item).data,
        "picture": queries.picture_url(item),
        "space": Origin(clause).data,
        "reported_as": rules.reported_as(item.tenant_id, item.reference),
    }
