"""The app of this part."""

import gc

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """Commands for an installation's operator, and the check that each address has a rule."""

    name = "saas.commands"
    label = "commands"

    def ready(self) -> None:
        """Register the check of address rules; freeze loaded objects for the garbage collector.

        Being the last app, it runs after all others have loaded. Their objects live until the
        process ends, and a collection among them at its end took as long as half a start. From here
        on garbage is collected, yet ten times less often than by Python's default.
        """
        from saas.commands.access import checks  # noqa: F401, PLC0415 - registers itself

        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
