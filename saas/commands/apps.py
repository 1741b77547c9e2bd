"""The app of this part."""

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """Commands that need the whole product: prepare, seed, check, benches' inner half."""

    name = "saas.commands"
    label = "commands"
