"""The app of the ground floor: template tags and checks."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The ground floor."""

    name = "saas.kernel"
    label = "kernel"
