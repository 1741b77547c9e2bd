"""Addresses of offers at the desk, and of the till."""

from django.urls import path

from saas.accounts.access import closed, opened
from saas.catalogue.offers import views

app_name = "offers"
urlpatterns = [
    path("desk/offers/", views.offers, name="offers"),
    path("desk/offers/new/", views.new, name="new"),
    path("desk/offers/staff/", views.staff, name="staff"),
    path("desk/offers/<str:reference>/", views.detail, name="detail"),
    path("desk/offers/<str:reference>/edit/", views.edit, name="edit"),
    path("desk/offers/<str:reference>/stop/", views.stop, name="stop"),
    path("desk/offers/<str:reference>/sheet/", views.sheet, name="sheet"),
    path("till/", views.till, name="till"),
    path("till/<str:token>/", views.open_till, name="open_till"),
]
access = (
    closed("offers:offers", get="in:200"),
    closed("offers:new", get="in:200 operator:303", post="in:422 operator:303"),
    closed("offers:staff", get="in:200", post="in:303"),
    closed("offers:detail", "offer of merchant", get="in:404 merchant:200"),
    closed("offers:detail", "XX", get="in:404"),
    closed(
        "offers:edit",
        "offer of merchant",
        get="in:404 merchant:200",
        post="in:404 merchant:422",
    ),
    closed("offers:edit", "XX", get="in:404", post="in:404"),
    closed("offers:stop", "XX", post="in:404"),
    closed("offers:stop", "offer of merchant", post="in:404 merchant:303"),
    closed("offers:sheet", "offer of merchant", get="in:404 merchant:200"),
    closed("offers:sheet", "XX", get="in:404"),
    opened("offers:till", get="all:200", post="out:404 in:422 operator:404"),
    opened("offers:open_till", "XX", get="all:404", post="all:404"),
    opened("offers:open_till", "till of merchant", get="all:200", post="all:303"),
)
