"""Addresses of the neighbourhood, and of the placements here."""

from django.urls import path

from saas.accounts.access import closed, opened
from tenants.community.neighbourhood import views

app_name = "neighbourhood"
urlpatterns = [
    path("", views.home, name="home"),
    path("seen/", views.seen, name="seen"),
    path("go/<str:reference>/", views.click, name="click"),
    path("why/<str:reference>/", views.why, name="why"),
    path("report/<str:reference>/", views.report, name="report"),
    path("marks/<str:reference>/", views.mark, name="mark"),
    path("city/<slug:slug>/", views.service, name="service"),
    path("pictures/<slug:room>/<str:file>", views.picture, name="picture"),
    path("offers/<str:reference>/", views.offer, name="offer"),
    path("offers/<str:reference>/code/", views.offer_code, name="offer_code"),
    path("touch/", views.touch, name="touch"),
    path("touch/city/<slug:slug>/", views.touch_service, name="touch_service"),
    path("touch/shops/<slug:slug>/", views.touch_merchant, name="touch_merchant"),
    path("<slug:slug>/", views.merchant, name="merchant"),
]
access = (
    closed("neighbourhood:home", get="in:200"),
    closed("neighbourhood:seen", post="in:204"),
    closed("neighbourhood:click", "XX", get="in:404"),
    closed("neighbourhood:why", "XX", get="in:404"),
    closed("neighbourhood:report", "reference of shop", get="in:200", post="in:422"),
    closed("neighbourhood:report", "XX", get="in:404", post="in:404"),
    closed("neighbourhood:mark", "reference of shop", post="in:303"),
    closed("neighbourhood:mark", "XX", post="in:404"),
    closed("neighbourhood:service", "XX", get="in:404"),
    closed("neighbourhood:picture", "merchants", "xx.webp", get="in:404"),
    closed("neighbourhood:offer", "offer of merchant", get="in:200"),
    closed("neighbourhood:offer", "XX", get="in:404"),
    closed("neighbourhood:offer_code", "offer of merchant", get="in:303", post="in:303"),
    closed("neighbourhood:offer_code", "XX", get="in:303", post="in:404"),
    opened("neighbourhood:touch", get="all:404"),
    opened("neighbourhood:touch_service", "XX", get="all:404"),
    opened("neighbourhood:touch_merchant", "shop", get="all:404"),
    closed("neighbourhood:merchant", "shop", get="in:200"),
    closed("neighbourhood:merchant", "xx", get="in:404"),
)
