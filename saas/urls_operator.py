"""The operator's console."""

from django.urls import include, path

urlpatterns = [
    path("", include("saas.console.urls")),
    path("", include("saas.accounts.urls")),
    path("", include("saas.site.urls_health")),
]
