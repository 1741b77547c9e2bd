"""A space."""

from django.urls import include, path

urlpatterns = [
    path("", include("tenants.community.members.urls")),
    path("", include("tenants.spaces.urls_tenant")),
    path("", include("saas.accounts.urls")),
    path("", include("saas.geocoding.urls")),
    path("", include("tenants.community.notifications.urls")),
    path("", include("tenants.community.integrations.urls")),
    path("", include("tenants.community.sso.urls")),
    path("", include("tenants.community.personal_data.urls")),
    path("classifieds/", include("tenants.community.classifieds.urls")),
    path("lending/", include("tenants.community.lending.urls")),
    path("messages/", include("tenants.community.conversations.urls")),
    path("deals/", include("tenants.community.deals.urls")),
    path("media/", include("tenants.community.mediastore.urls")),
    path("moderation/", include("tenants.community.moderation.urls")),
    path("gatherings/", include("tenants.community.gatherings.urls")),
    path("", include("tenants.community.search.urls")),
    path("rides/", include("tenants.community.rides.urls")),
    path("neighbourhood/", include("tenants.community.neighbourhood.urls")),
    path("neighbours/", include("tenants.community.treaties.urls")),
    path("", include("tenants.community.kiosk.urls")),
    path("council/", include("tenants.community.council.urls")),
    path("api/v1/", include("api.v1.urls_space")),
    path("scim/v2/", include("api.scim.urls")),
    path("", include("saas.site.urls_health")),
]

handler400 = "saas.site.views.unreadable"
handler403 = "saas.site.views.forbidden"
handler404 = "saas.site.views.not_found"
handler500 = "saas.site.views.broken"
