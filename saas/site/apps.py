"""The app of the public site."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The public site."""

    name = "saas.site"
    label = "site"
