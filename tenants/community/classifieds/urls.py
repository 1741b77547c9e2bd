"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "classifieds"
urlpatterns: list[URLPattern | URLResolver] = []
