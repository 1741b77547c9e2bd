"""Addresses present on every host: health, and files requested by robots and browsers."""

from django.urls import URLPattern, URLResolver, path

from saas.accounts.access import OPS, PUBLIC, SPACE, opened
from saas.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", views.live),
    path("health/ready", views.ready),
    path("metrics", views.metrics),
    path("robots.txt", views.robots),
    path(".well-known/security.txt", views.security),
    path("favicon.ico", views.favicon),
]
access = {
    SPACE: (
        opened("health/live", get="all:200"),
        opened("health/ready", get="all:200"),
        opened("metrics", get="all:404"),
        opened("robots.txt", get="all:200"),
        opened(".well-known/security.txt", get="all:200"),
        opened("favicon.ico", get="all:302"),
    ),
    PUBLIC: (
        opened("health/live", get="all:200"),
        opened("health/ready", get="all:200"),
        opened("metrics", get="all:404"),
        opened("robots.txt", get="all:200"),
        opened(".well-known/security.txt", get="all:200"),
        opened("favicon.ico", get="all:302"),
    ),
    OPS: (
        opened("health/live", get="all:200"),
        opened("health/ready", get="all:200"),
        opened("metrics", get="all:404"),
        opened("robots.txt", get="all:200"),
        opened(".well-known/security.txt", get="all:200"),
        opened("favicon.ico", get="all:302"),
    ),
}
