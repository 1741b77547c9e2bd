"""The app of this part."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The operator's console: spaces, merchants, orders, transfers, jobs; no private content."""

    name = "saas.console"
    label = "console"
