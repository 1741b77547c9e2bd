"""The app of this room."""

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    """Merchants, described once and seen by every space within their distance."""

    name = "saas.catalogue.merchants"
    label = "merchants"
