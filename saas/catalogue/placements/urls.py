"""Addresses of campaigns at the merchant's desk."""

from django.urls import path

from saas.catalogue.placements import views

app_name = "placements"
urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("new/", views.new, name="new"),
    path("price/", views.price, name="price"),
    path("<str:reference>/", views.detail, name="detail"),
]
