"""Addresses of the desk: signing up, its first page, the shop's page, pictures of the catalogue."""

from django.urls import path

from saas.catalogue.merchants import views

app_name = "merchants"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("signup/", views.signup, name="signup"),
    path("signup/sent/", views.signup_sent, name="signup_sent"),
    path("signup/<str:token>/", views.confirm, name="confirm"),
    path("page/", views.shop, name="shop"),
    path("page/vat/", views.ask_vies_again, name="vat"),
    path("pictures/<slug:room>/<str:file>", views.picture, name="picture"),
]
