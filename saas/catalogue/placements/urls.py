"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "placements"
urlpatterns: list[URLPattern | URLResolver] = []
