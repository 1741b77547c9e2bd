"""Addresses that stand on every host: health, and what robots and browsers ask by themselves."""

from django.urls import URLPattern, URLResolver, path

from saas.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", views.live),
    path("health/ready", views.ready),
    path("robots.txt", views.robots),
    path("favicon.ico", views.favicon),
]
