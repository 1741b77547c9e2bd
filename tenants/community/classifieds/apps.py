"""The app of this room."""

from django.apps import AppConfig


class ClassifiedsConfig(AppConfig):
    """What colleagues sell, give, lend, rent, swap, look for and offer as a service."""

    name = "tenants.community.classifieds"
    label = "classifieds"
