"""A shop for its merchant's programs: codes at the till, campaigns and their reports.

Days are ISO 8601, amounts whole cents of euros before VAT. A count that could point to a person
is null.
"""

import uuid
from typing import Any, ClassVar

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api import once
from api.errors import those
from api.resources import Resource
from api.shops import ShopAuthentication, ShopScope, merchant_of
from saas.catalogue.merchants.rules import programs
from saas.catalogue.offers import actions as offers
from saas.catalogue.offers import queries as offer_queries
from saas.catalogue.offers import rules as offer_rules
from saas.catalogue.offers.models import Voucher
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import campaigns as queries
from saas.catalogue.placements.queries import figures, summaries
from saas.kernel.errors import Refused
from saas.kernel.values import cells


class ShopCode(serializers.Serializer[Any]):
    """A code of an offer: its terms, until when it is valid, and when it was redeemed."""

    code = serializers.CharField()
    offer = serializers.CharField(source="offer.reference")
    title = serializers.CharField(source="offer.title")
    conditions = serializers.CharField(source="offer.conditions", allow_blank=True)
    expires_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True)


class ShopCampaign(serializers.Serializer[Any]):
    """A campaign of the shop."""

    reference = serializers.CharField()
    headline = serializers.CharField()
    state = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)


@extend_schema_serializer(many=False)
class ShopCampaignsOut(serializers.Serializer[Any]):
    """The newest hundred campaigns of the shop."""

    results = ShopCampaign(many=True)


class ReportPlace(serializers.Serializer[Any]):
    """The figures of a space and a slot."""

    space = serializers.CharField()
    slot = serializers.CharField()
    views = serializers.IntegerField(allow_null=True)
    clicks = serializers.IntegerField(allow_null=True)
    plays = serializers.IntegerField()
    net_cents = serializers.IntegerField()


class ReportCouncil(serializers.Serializer[Any]):
    """The part that a council receives."""

    council = serializers.CharField()
    cents = serializers.IntegerField()


class ShopReport(serializers.Serializer[Any]):
    """The report of a paid campaign; views, clicks and plays are never added together."""

    views = serializers.IntegerField(allow_null=True)
    clicks = serializers.IntegerField(allow_null=True)
    plays = serializers.IntegerField()
    net_cents = serializers.IntegerField()
    refunded_gross_cents = serializers.IntegerField()
    places = ReportPlace(many=True)
    councils = ReportCouncil(many=True)


class ShopResource(Resource):
    """A part of a shop, for a token of its merchant."""

    authentication_classes = [ShopAuthentication]
    permission_classes = [ShopScope]
    stores_answers: ClassVar[bool] = False


class ShopCodes(ShopResource):
    """Codes that members show at the till."""

    scope = programs.CODES
    lookup_field = "code"
    lookup_value_regex = r"[A-Za-z0-9-]{1,12}"

    @extend_schema(responses={200: ShopCode, **those(403, 422)})
    def retrieve(self, request: Request, code: str) -> Response:
        """Look up a code that could be redeemed now; a code that could not says why."""
        merchant = merchant_of(request)
        voucher = offers.check_code(typed=code, merchant=merchant, at=timezone.now())
        return Response(ShopCode(voucher).data)

    @extend_schema(request=None, responses={200: ShopCode, **those(400, 403, 422)})
    @action(detail=True, methods=["post"])
    def redeem(self, request: Request, code: str) -> Response:
        """Redeem a code; a request sent again with its `Idempotency-Key` changes nothing."""
        merchant = merchant_of(request)
        redemption = _redemption_of(request)
        _check_same_code(offer_queries.redeemed(redemption, merchant), code)
        voucher = offers.redeem(
            typed=code, redemption=redemption, merchant=merchant, at=timezone.now()
        )
        return Response(ShopCode(voucher).data)


class ShopCampaigns(ShopResource):
    """Campaigns of the shop, and their reports."""

    scope = programs.CAMPAIGNS

    @extend_schema(responses={200: ShopCampaignsOut, **those(403)})
    def list(self, request: Request) -> Response:
        """List the newest campaigns of the shop."""
        rows = queries.campaigns_of(merchant_of(request), timezone.now())
        results = [
            {
                "reference": row.campaign.reference,
                "headline": row.campaign.headline,
                "state": row.campaign.state,
                "starts_on": row.period.starts_on if row.period else None,
                "ends_on": row.period.ends_on if row.period else None,
            }
            for row in rows
        ]
        return Response(ShopCampaignsOut({"results": results}).data)

    @extend_schema(responses={200: ShopReport, **those(403, 404)})
    @action(detail=True, methods=["get"])
    def report(self, request: Request, reference: str) -> Response:
        """Read the report of a paid campaign."""
        campaign = _paid_campaign(request, reference)
        return Response(ShopReport(summaries.counts_of(campaign)).data)

    @extend_schema(responses={(200, "text/csv"): bytes, **those(403, 404)})
    @action(detail=True, methods=["get"])
    def days(self, request: Request, reference: str) -> HttpResponseBase:
        """Download the figures of each day, space and slot as CSV."""
        campaign = _paid_campaign(request, reference)
        return cells.download(figures.sheet_of(campaign), name=campaign.reference)


def _paid_campaign(request: Request, reference: str) -> Campaign:
    campaign = queries.of_merchant(merchant_of(request), reference)
    if campaign is None or campaign.paid_at is None:
        raise Http404
    return campaign


def _redemption_of(request: Request) -> uuid.UUID:
    """Return the confirmation of a request: the same for the same key of the same shop."""
    name = f"{merchant_of(request).reference} {once.key_of(request)}"
    return uuid.uuid5(uuid.NAMESPACE_URL, name)


def _check_same_code(voucher: Voucher | None, code: str) -> None:
    if voucher is not None and voucher.code != offer_rules.plain_code(code):
        raise Refused(_("Cette clé a déjà servi à une autre requête."), field=once.HEADER)
