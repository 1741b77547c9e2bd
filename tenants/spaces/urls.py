"""Addresses of the founding, on the public host."""

from django.urls import URLPattern, URLResolver

app_name = "founding"
urlpatterns: list[URLPattern | URLResolver] = []
