"""Offers of merchants around: list, read, take a code for the till, and read it."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import those
from api.resources import Resource
from saas.accounts.models import as_any
from saas.catalogue.offers.models import Rhythm
from tenants.community.neighbourhood import actions
from tenants.community.neighbourhood.queries import offers as queries

REFERENCE = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique.", pattern="^OF-"
)


class OfferSummary(serializers.Serializer[Any]):
    """An offer of a merchant, had by a code at the till."""

    reference = serializers.CharField(source="offer.reference")
    title = serializers.CharField(source="offer.title")
    conditions = serializers.CharField(source="offer.conditions")
    starts_on = serializers.DateField(source="offer.starts_on")
    ends_on = serializers.DateField(source="offer.ends_on")
    rhythm = serializers.ChoiceField(
        choices=Rhythm.choices, source="offer.rhythm", help_text="Combien de codes par personne"
    )
    merchant = serializers.CharField(source="shop.name")


@extend_schema_serializer(many=False)
class OfferList(serializers.Serializer[Any]):
    """The offers that run today within a quarter of an hour on foot, the nearest first."""

    results = OfferSummary(many=True)


class OfferCode(serializers.Serializer[Any]):
    """A code valid once, for ten minutes; it carries no personal data."""

    code = serializers.CharField(help_text="Six signes, que la caisse tape ou scanne")
    expires_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True)


class Offers(Resource):
    """Offers of merchants around this space."""

    scope = "deals"

    @extend_schema(responses={200: OfferList, **those(403)})
    def list(self, request: Request) -> Response:  # noqa: ARG002 - the same for all members
        """List the offers valid today in the neighbourhood."""
        return Response(OfferList({"results": queries.offers_near(timezone.now())}).data)

    @extend_schema(parameters=[REFERENCE], responses={200: OfferSummary, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:  # noqa: ARG002 - as above
        """Read an offer, also an expired offer."""
        return Response(OfferSummary(_found(reference)).data)

    @extend_schema(parameters=[REFERENCE], responses={200: OfferCode, **those(403, 404)})
    @action(detail=True, methods=["get"])
    def code(self, request: Request, reference: str) -> Response:
        """Read the member's own code of an offer, and the moment of its use."""
        screen = queries.code_screen(reference, as_any(request.user), timezone.now())
        if screen is None:
            raise Http404
        return Response(OfferCode(screen._replace(code=screen.spelled.replace(" ", ""))).data)

    @extend_schema(
        parameters=[REFERENCE], request=None, responses={204: None, **those(403, 404, 422)}
    )
    @code.mapping.post
    def take_code(self, request: Request, reference: str) -> Response:
        """Take a code of an offer, or keep the code if it is still valid.

        The code is read by GET, so that a response stored for an idempotent retry contains no code.
        """
        offer = _found(reference).offer
        actions.take_code(offer=offer, by=as_any(request.user), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _found(reference: str) -> queries.OfferPage:
    found = queries.offer_page(reference, timezone.now())
    if found is None:
        raise Http404
    return found
