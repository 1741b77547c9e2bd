"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "city_services"
urlpatterns: list[URLPattern | URLResolver] = []
