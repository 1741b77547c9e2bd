"""Addresses of tokens and webhooks."""

from django.urls import path

from saas.accounts.access import closed
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
access = (
    closed("integrations:tokens", get="in:200", post="in:422"),
    closed("integrations:revoke", "own token", post="in:404 member:303"),
    closed("integrations:revoke", "foreign token", post="in:404"),
    closed("integrations:integrations", get="in:403 admin:200", post="in:403 admin:422"),
    closed("integrations:revoke_integration", "space's token", post="in:403 admin:303"),
    closed("integrations:revoke_integration", "foreign token", post="in:403 admin:404"),
    closed("integrations:webhooks", get="in:403 admin:200", post="in:403 admin:422"),
    closed("integrations:webhook", "webhook", get="in:403 admin:200", post="in:403 admin:422"),
    closed(
        "integrations:webhook", "foreign webhook", get="in:403 admin:404", post="in:403 admin:404"
    ),
    closed("integrations:remove", "XX", get="in:403 admin:404", post="in:403 admin:404"),
    closed(
        "integrations:remove", "foreign webhook", get="in:403 admin:404", post="in:403 admin:404"
    ),
    closed("integrations:replay", "webhook", "999999999", post="in:403 admin:404"),
)
