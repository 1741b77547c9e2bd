"""Addresses of tokens and webhooks."""

from django.urls import path

from tenants.community.integrations import views

app_name = "integrations"
urlpatterns = [
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/<slug:reference>/revoke/", views.revoke, name="revoke"),
    path("admin/integrations/", views.integrations, name="integrations"),
    path(
        "admin/integrations/<slug:reference>/revoke/",
        views.revoke_integration,
        name="revoke_integration",
    ),
    path("admin/webhooks/", views.webhooks, name="webhooks"),
    path("admin/webhooks/<slug:reference>/", views.webhook, name="webhook"),
    path("admin/webhooks/<slug:reference>/remove/", views.remove, name="remove"),
    path(
        "admin/webhooks/<slug:reference>/deliveries/<int:number>/replay/",
        views.replay,
        name="replay",
    ),
]
