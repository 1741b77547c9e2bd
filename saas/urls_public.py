"""The public site and the merchant's desk."""

from django.urls import include, path

from saas.accounts.access import opened
from tenants.community.conversations.views import inbound

urlpatterns = [
    path("", include("saas.site.urls")),
    path("", include("tenants.spaces.urls")),
    path("", include("saas.accounts.urls")),
    path("", include("saas.geocoding.urls")),
    path("desk/", include("saas.catalogue.merchants.urls")),
    path("desk/campaigns/", include("saas.catalogue.placements.urls")),
    path("", include("saas.catalogue.offers.urls")),
    path("", include("billing.urls")),
    path("mail/inbound/", inbound, name="mail_inbound"),
    path("api/v1/", include("api.v1.urls_public")),
]

access = (opened("mail_inbound", post="all:404"),)

handler400 = "saas.site.views.unreadable"
handler403 = "saas.site.views.forbidden"
handler404 = "saas.site.views.not_found"
handler500 = "saas.site.views.broken"
