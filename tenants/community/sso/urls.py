"""Addresses of the company's own way in."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.sso.views import settings, signing_in

app_name = "sso"
urlpatterns = [
    path("signin/company/", signing_in.start, name="start"),
    path("signin/company/with/<int:number>/", signing_in.start_at, name="start_at"),
    path("signin/company/callback/", signing_in.callback, name="callback"),
    path("signin/company/callback/<int:company_id>/", signing_in.callback, name="callback_of"),
    path("signin/company/wait/<str:state>/", signing_in.wait, name="wait"),
    path("signin/company/saml/", signing_in.metadata, name="metadata"),
    path("signin/company/saml/consume/", signing_in.consume, name="consume"),
    path("admin/sign-in/", settings.settings, name="settings"),
    path("admin/sign-in/openid/", settings.openid, name="add_openid"),
    path("admin/sign-in/saml/", settings.saml_settings, name="add_saml"),
    path("admin/sign-in/saml/reading/", settings.saml_reading, name="saml_reading"),
    path("admin/sign-in/<int:number>/", settings.provider, name="provider"),
    path("admin/sign-in/<int:number>/openid/", settings.openid, name="openid"),
    path("admin/sign-in/<int:number>/saml/", settings.saml_settings, name="saml"),
    path("admin/sign-in/<int:number>/test/", signing_in.test, name="test"),
    path("admin/sign-in/<int:number>/mode/", settings.switch, name="switch"),
    path("admin/sign-in/<int:number>/groups/", settings.groups, name="groups"),
    path("admin/sign-in/<int:number>/unbind/", settings.unbind, name="unbind"),
    path("admin/sign-in/<int:number>/remove/", settings.remove, name="remove"),
]
access = (
    opened("sso:start", get="out:404 in:302"),
    opened("sso:start_at", "1", get="out:404 in:302"),
    opened("sso:callback", get="all:422"),
    opened("sso:callback_of", "1", get="all:422"),
    opened("sso:wait", "unknown", get="all:422"),
    opened("sso:metadata", get="all:200"),
    opened("sso:consume", post="all:422"),
    closed("sso:settings", get="in:403 admin,local:200"),
    closed("sso:add_openid", get="in:403 admin,local:200", post="in:403 admin,local:422"),
    closed("sso:add_saml", get="in:403 admin,local:200", post="in:403 admin,local:422"),
    closed("sso:saml_reading", get="in:403 admin,local:303", post="in:403 admin,local:303"),
    closed("sso:provider", "1", get="in:403 admin,local:404"),
    closed("sso:openid", "1", get="in:403 admin,local:404", post="in:403 admin,local:404"),
    closed("sso:saml", "1", get="in:403 admin,local:404", post="in:403 admin,local:404"),
    closed("sso:test", "1", get="in:403 admin,local:404"),
    closed("sso:switch", "1", post="in:403 admin,local:404"),
    closed("sso:groups", "1", post="in:403 admin,local:404"),
    closed("sso:unbind", "1", post="in:403 admin,local:404"),
    closed("sso:remove", "1", post="in:403 admin,local:404"),
)
