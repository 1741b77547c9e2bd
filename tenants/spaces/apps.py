"""The app of spaces."""

from django.apps import AppConfig


class SpacesConfig(AppConfig):
    """Spaces and their founding."""

    name = "tenants.spaces"
    label = "spaces"
