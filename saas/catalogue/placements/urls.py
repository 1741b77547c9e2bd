"""Addresses of campaigns at the merchant's desk."""

from django.urls import path

from saas.accounts.access import closed
from saas.catalogue.placements import views

app_name = "placements"
urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("new/", views.new, name="new"),
    path("price/", views.price, name="price"),
    path("<str:reference>/", views.detail, name="detail"),
    path("<str:reference>/sheet/", views.sheet, name="sheet"),
]
access = (
    closed("placements:campaigns", get="in:200"),
    closed("placements:new", get="in:200 operator:303", post="in:422 operator:303"),
    closed("placements:price", post="in:200 operator:404"),
    closed("placements:detail", "campaign of merchant", get="in:404 merchant:200"),
    closed("placements:detail", "XX", get="in:404"),
    closed("placements:sheet", "campaign of merchant", get="in:404 merchant:200"),
    closed("placements:sheet", "XX", get="in:404"),
)
