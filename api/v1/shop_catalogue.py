"""The shop of a merchant's token as spaces see it, its offers, and the city's services nearby."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import those
from api.shops import merchant_of
from api.v1.shops import ShopResource
from saas.catalogue.city_services import queries as city
from saas.catalogue.city_services.models import CityService
from saas.catalogue.merchants.models import Category, Merchant
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.rules import programs
from saas.catalogue.offers import queries as offers
from saas.catalogue.offers.models import Offer
from saas.kernel.values import cells


class CatalogueHours(serializers.Serializer[Any]):
    """Hours on a weekday, where Monday is 0; an end before the start is on the next day."""

    weekday = serializers.IntegerField()
    opens = serializers.TimeField(format="%H:%M")
    closes = serializers.TimeField(format="%H:%M")


class CataloguePlace(serializers.Serializer[Any]):
    """The address of a place, and its pin."""

    street = serializers.CharField()
    postcode = serializers.CharField()
    city = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class ShopPage(CataloguePlace):
    """A shop as spaces see it, with its hours and the days on which it is shut."""

    reference = serializers.CharField()
    name = serializers.CharField()
    category = serializers.ChoiceField(choices=Category.choices)
    state = serializers.ChoiceField(choices=Merchant.State.choices)
    description = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    website = serializers.CharField(allow_blank=True)
    hours = CatalogueHours(many=True)
    open_on_holidays = serializers.BooleanField()
    closed_from = serializers.DateField(allow_null=True)
    closed_until = serializers.DateField(allow_null=True)


class ShopOffer(serializers.Serializer[Any]):
    """An offer of the shop with its redeemed codes, as on the desk's page of offers."""

    reference = serializers.CharField()
    title = serializers.CharField()
    conditions = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    rhythm = serializers.CharField()
    review = serializers.ChoiceField(choices=Offer.Review.choices)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    uses = serializers.IntegerField()


@extend_schema_serializer(many=False)
class ShopOffersOut(serializers.Serializer[Any]):
    """The newest offers of the shop."""

    results = ShopOffer(many=True)


class NearbyService(CataloguePlace):
    """A service of the city; `source` names OpenStreetMap's object where its data come from it."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=CityService.Kind.choices)
    phone = serializers.CharField(allow_blank=True)
    website = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    hours = CatalogueHours(many=True)


@extend_schema_serializer(many=False)
class NearbyServicesOut(serializers.Serializer[Any]):
    """The services within a quarter of an hour on foot, the nearest first."""

    results = NearbyService(many=True)


class ShopPages(ShopResource):
    """The page of the shop."""

    scope = programs.CATALOGUE

    @extend_schema(operation_id="shop_page_retrieve", responses={200: ShopPage, **those(403)})
    def list(self, request: Request) -> Response:
        """Read the shop of the token as spaces see it."""
        shop = merchant_of(request)
        columns = {name: getattr(shop, name) for name in ShopPage().get_fields() if name != "hours"}
        return Response(ShopPage(columns | {"hours": queries.openings_of(shop)}).data)


class ShopOffers(ShopResource):
    """Offers of the shop."""

    scope = programs.CATALOGUE

    @extend_schema(responses={200: ShopOffersOut, **those(403)})
    def list(self, request: Request) -> Response:
        """List the newest hundred offers of the shop."""
        rows = offers.counted_offers(merchant_of(request))
        results = [_offer(offer, uses) for offer, uses in rows]
        return Response(ShopOffersOut({"results": results}).data)

    @extend_schema(responses={(200, "text/csv"): bytes, **those(403, 404)})
    @action(detail=True, methods=["get"])
    def days(self, request: Request, reference: str) -> HttpResponseBase:
        """Download the redeemed codes of each past day and space as CSV."""
        offer = offers.of_merchant(merchant_of(request), reference)
        if offer is None:
            raise Http404
        return cells.download(offers.sheet_of(offer, at=timezone.now()), name=offer.reference)


class ShopServices(ShopResource):
    """Services of the city around the shop."""

    scope = programs.CATALOGUE

    @extend_schema(responses={200: NearbyServicesOut, **those(403)})
    def list(self, request: Request) -> Response:
        """List the services within a quarter of an hour on foot of the shop."""
        shop = merchant_of(request)
        found = city.services_near((float(shop.latitude), float(shop.longitude)))
        results = [_service(service) for service in found]
        return Response(NearbyServicesOut({"results": results}).data)


def _offer(offer: Offer, uses: int) -> dict[str, Any]:
    names = [name for name in ShopOffer().get_fields() if name != "uses"]
    return {name: getattr(offer, name) for name in names} | {"uses": uses}


def _service(service: CityService) -> dict[str, Any]:
    names = [name for name in NearbyService().get_fields() if name != "hours"]
    columns = {name: getattr(service, name) for name in names}
    return columns | {"hours": city.openings_of(service)}
