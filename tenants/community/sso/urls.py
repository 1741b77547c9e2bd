"""Addresses of the company's own way in."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.sso.views import settings, signing_in

app_name = "sso"
urlpatterns = [
    path("signin/company/", signing_in.start, name="start"),
    path("signin/company/callback/", signing_in.callback, name="callback"),
    path("signin/company/wait/<str:state>/", signing_in.wait, name="wait"),
    path("signin/company/saml/", signing_in.metadata, name="metadata"),
    path("signin/company/saml/consume/", signing_in.consume, name="consume"),
    path("admin/sign-in/", settings.settings, name="settings"),
    path("admin/sign-in/saml/", settings.saml_settings, name="saml"),
    path("admin/sign-in/saml/reading/", settings.saml_reading, name="saml_reading"),
    path("admin/sign-in/test/", signing_in.test, name="test"),
    path("admin/sign-in/mode/", settings.switch, name="switch"),
    path("admin/sign-in/unbind/", settings.unbind, name="unbind"),
    path("admin/sign-in/remove/", settings.remove, name="remove"),
]
access = (
    opened("sso:start", get="out:404 in:302"),
    opened("sso:callback", get="all:422"),
    opened("sso:wait", "unknown", get="all:422"),
    opened("sso:metadata", get="all:200"),
    opened("sso:consume", post="all:422"),
    closed("sso:saml", get="in:403 admin:200", post="in:403 admin:422"),
    closed("sso:saml_reading", get="in:403 admin:303", post="in:403 admin:303"),
    closed("sso:settings", get="in:403 admin:200", post="in:403 admin:422"),
    closed("sso:test", get="in:403 admin:404"),
    closed("sso:switch", post="in:403 admin:404"),
    closed("sso:unbind", post="in:403 admin:404"),
    closed("sso:remove", post="in:403 admin:404"),
)
