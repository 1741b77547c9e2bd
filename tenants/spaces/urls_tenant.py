"""Addresses that a space has because it is one: its theme."""

from django.urls import URLPattern, URLResolver

app_name = "spaces"
urlpatterns: list[URLPattern | URLResolver] = []
