"""The operator's console."""

from django.urls import include, path

urlpatterns = [
    path("", include("saas.console.urls")),
    path("", include("saas.accounts.urls")),
    path("", include("saas.geocoding.urls")),
    path("api/v1/", include("api.v1.urls_operator")),
    path("", include("saas.site.urls_health")),
]

handler400 = "saas.site.views.unreadable"
handler403 = "saas.site.views.forbidden"
handler404 = "saas.site.views.not_found"
handler500 = "saas.site.views.broken"
