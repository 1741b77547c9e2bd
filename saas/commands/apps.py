"""The app of this part."""

import gc

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """Commands for an installation's operator, and the check that each address has a rule."""

    name = "saas.commands"
    label = "commands"

    def ready(self) -> None:
        """Have it checked at each start that every address has a rule; keep what is loaded.

        Being the last app, it sees all that others have loaded. None of it is garbage before the
        process ends, and to look for garbage among it at the end took as long as half a start.
        From here on garbage is looked for, yet ten times less often than Python does by itself.
        """
        from saas.commands.access import checks  # noqa: F401, PLC0415 - registers itself

        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
