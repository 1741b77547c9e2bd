"""Resources of the public host: a merchant's shop, for the merchant's programs."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from api.description import PublicDescription, reference
from api.v1.shop_catalogue import ShopOffers, ShopPages, ShopServices
from api.v1.shops import ShopCampaigns, ShopCodes
from saas.accounts.access import by_token, opened

app_name = "api"
router = SimpleRouter()
router.register("shop/codes", ShopCodes, basename="shop-code")
router.register("shop/campaigns", ShopCampaigns, basename="shop-campaign")
router.register("shop/page", ShopPages, basename="shop-page")
router.register("shop/offers", ShopOffers, basename="shop-offer")
router.register("shop/services", ShopServices, basename="shop-service")
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", PublicDescription.as_view(), name="openapi"),
    *router.urls,
]
# A session of the desk opens none of them: the token alone decides.
access = (
    opened("api:reference", get="all:200"),
    opened("api:openapi", get="all:200", options="all:200"),
    *(
        by_token(route, *args)._replace(opened=False)
        for route, *args in (
            ("api:shop-code-detail", "XX"),
            ("api:shop-code-redeem", "XX"),
            ("api:shop-campaign-list",),
            ("api:shop-campaign-report", "XX"),
            ("api:shop-campaign-days", "XX"),
            ("api:shop-page-list",),
            ("api:shop-offer-list",),
            ("api:shop-offer-days", "XX"),
            ("api:shop-service-list",),
        )
    ),
)
