"""The app of this part."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Public pages that belong to no room: the promise, find my space, legal notices, health, the demo's outbox."""

    name = "saas.site"
    label = "site"
