"""Addresses of the company's own way in."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.sso import views

app_name = "sso"
urlpatterns = [
    path("signin/company/", views.start, name="start"),
    path("signin/company/callback/", views.callback, name="callback"),
    path("signin/company/wait/<str:state>/", views.wait, name="wait"),
    path("admin/sign-in/", views.settings, name="settings"),
    path("admin/sign-in/test/", views.test, name="test"),
    path("admin/sign-in/mode/", views.switch, name="switch"),
    path("admin/sign-in/unbind/", views.unbind, name="unbind"),
    path("admin/sign-in/remove/", views.remove, name="remove"),
]
access = (
    opened("sso:start", get="out:404 in:302"),
    opened("sso:callback", get="all:422"),
    opened("sso:wait", "unknown", get="all:422"),
    closed("sso:settings", get="in:403 admin:200", post="in:403 admin:422"),
    closed("sso:test", get="in:403 admin:404"),
    closed("sso:switch", post="in:403 admin:404"),
    closed("sso:unbind", post="in:403 admin:404"),
    closed("sso:remove", post="in:403 admin:404"),
)
