"""Addresses that a space has because it is one: its theme."""

from django.urls import path

from tenants.spaces import views

app_name = "spaces"
urlpatterns = [
    path("theme.<str:fingerprint>.css", views.theme, name="theme"),
]
