"""Addresses of every space: its theme, its settings."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.spaces.views import (
    access_grants,
    addresses,
    factors,
    life,
    modules,
    sites,
    standing,
)
from tenants.spaces.views import foundings as views

app_name = "spaces"
urlpatterns = [
    path("theme.<str:fingerprint>.css", views.theme, name="theme"),
    path("admin/space/", addresses.settings_of_space, name="settings"),
    path("admin/space/address/", addresses.address, name="address"),
    path("admin/space/address/available/", addresses.available, name="available"),
    path("admin/space/proof/", standing.standing, name="standing"),
    path("admin/space/proof/check/", standing.check_dns, name="check_dns"),
    path("admin/space/sites/", sites.sites, name="sites"),
    path("admin/space/sites/new/", sites.new_site, name="new_site"),
    path("admin/space/sites/<int:site_id>/", sites.site, name="site"),
    path("admin/sign-in/factor/", factors.required_factor, name="required_factor"),
    path("admin/modules/", modules.listed, name="modules"),
    path("admin/modules/<slug:label>/", modules.module, name="module"),
    path("admin/space/exports/", life.exports, name="exports"),
    path("admin/space/exports/<str:reference>/", life.export, name="export"),
    path("admin/space/access/", access_grants.access_grants, name="access_grants"),
    path("admin/space/access/<str:reference>/end/", access_grants.end_access, name="end_access"),
    path("admin/delete/", life.delete, name="delete"),
    path("admin/delete/stop/", life.stop_deletion, name="stop_deletion"),
    path("admin/space/domains/", addresses.claim, name="claim"),
    path("admin/space/domains/<str:domain>/check/", addresses.check_again, name="check_again"),
    path("admin/space/domains/<str:domain>/withdraw/", addresses.withdraw, name="withdraw"),
]
access = (
    closed("spaces:settings", get="in:403 admin:200", post="in:403 admin:422"),
    closed("spaces:address", get="in:403 admin:200", post="in:403 admin:422"),
    closed("spaces:available", get="in:403 admin:200"),
    closed("spaces:claim", post="in:403 admin:422"),
    closed("spaces:check_again", "else.example", post="in:403 admin:404"),
    closed("spaces:withdraw", "else.example", post="in:403 admin:404"),
    closed("spaces:standing", get="in:403 admin:200", post="in:403 admin:422"),
    closed("spaces:check_dns", post="in:403 admin:303"),
    closed("spaces:sites", get="in:403 admin:200"),
    closed("spaces:new_site", get="in:403 admin:200", post="in:403 admin:422"),
    closed("spaces:site", "0", get="in:403 admin:404", post="in:403 admin:404"),
    closed("spaces:required_factor", get="in:403 admin:200", post="in:403 admin:422"),
    closed("spaces:modules", get="in:200"),
    closed("spaces:module", "rides", get="in:403 admin:200", post="in:403 admin:422"),
    closed("spaces:module", "xx", get="in:403 admin:404", post="in:403 admin:404"),
    closed("spaces:exports", get="in:403 admin:200", post="in:403 admin:303"),
    closed("spaces:export", "XX", get="in:403 admin:404"),
    closed("spaces:access_grants", get="in:403 admin:200"),
    closed("spaces:end_access", "XX", post="in:403 admin:303"),
    closed("spaces:delete", get="in:403 admin:200", post="in:403 admin:422"),
    closed("spaces:stop_deletion", post="in:403 admin:303"),
    opened("spaces:theme", "theme", get="all:200"),
)
