"""Addresses of the public site; indexed pages have an address for each language."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

from saas.accounts.access import opened
from saas.site import mail_events, open_shops, views

app_name = "site"
_pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("employers/", views.employers, name="employers"),
    path("merchants/", views.merchants, name="merchants"),
    path("councils/", views.councils, name="councils"),
    path("simulator/", views.simulator, name="simulator"),
    path("pricing/", views.pricing, name="pricing"),
    path("shops/<slug:slug>/", open_shops.shop, name="shop"),
    path("shops/<slug:slug>/data.jsonld", open_shops.shop_data, name="shop_data"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.by_language, name="root"),
    path("sitemap.xml", open_shops.sitemap, name="sitemap"),
    path("find/", views.find, name="find"),
    path("find/sent/", views.find_sent, name="find_sent"),
    path("legal/", views.legal, name="legal"),
    path("legal/privacy/", views.privacy, name="privacy"),
    path("legal/<slug:code>/", views.legal_text, name="legal_text"),
    path("legal/<slug:code>/<int:version>/", views.legal_text, name="legal_version"),
    path("mail/events/", mail_events.mail_events, name="mail_events"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("status/", views.status, name="status"),
    path("status.json", views.status_json, name="status_json"),
    path("", include("saas.site.urls_health")),
    # `i18n_patterns` is allowed only at the root of a URL conf; this is the same, a level down.
    URLResolver(RoutePattern(""), [URLResolver(LocalePrefixPattern(), _pages)]),
]
if settings.MAIL_URL.startswith("outbox:"):
    urlpatterns += [
        path("outbox/", views.outbox, name="outbox"),
        path("outbox/<slug:message_id>/", views.message, name="message"),
        path("outbox/<slug:message_id>/html/", views.message_html, name="message_html"),
    ]
access = (
    opened("site:root", get="all:302"),
    opened("site:home", get="all:200"),
    opened("site:employers", get="all:200"),
    opened("site:merchants", get="all:200"),
    opened("site:councils", get="all:200"),
    opened("site:simulator", get="all:200"),
    opened("site:pricing", get="all:200"),
    opened("site:shop", "xx", get="all:404"),
    opened("site:shop_data", "xx", get="all:404"),
    opened("site:sitemap", get="all:200"),
    opened("site:find", get="all:200", post="all:422"),
    opened("site:find_sent", get="all:200"),
    opened("site:legal", get="all:200"),
    opened("site:privacy", get="all:200"),
    opened("site:legal_text", "cgv", get="all:200"),
    opened("site:legal_text", "xx", get="all:404"),
    opened("site:legal_version", "dpa", "1", get="all:200"),
    opened("site:legal_version", "dpa", "99", get="all:404"),
    opened("site:accessibility", get="all:200"),
    opened("site:status", get="all:200"),
    opened("site:status_json", get="all:200"),
    opened("site:mail_events", post="all:404"),
    opened("site:outbox", get="all:200"),
    opened("site:message", "xx", get="all:404"),
    opened("site:message_html", "xx", get="all:404"),
)
