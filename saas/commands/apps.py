"""The app of this part."""

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """Commands for an installation's operator, and the check that each address has a rule."""

    name = "saas.commands"
    label = "commands"

    def ready(self) -> None:
        """Have it checked at each start that every address has a rule."""
        from saas.commands.access import checks  # noqa: F401, PLC0415 - registers itself
