"""Library command not to be used in this project: prints the right command, and exits."""

import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError


class RefusedCommand(BaseCommand):
    """Does nothing, whatever it is given; `sentence` names the right command. Exit code 1."""

    sentence = ""
    requires_system_checks = ()
    autodetector: Any = None

    @property
    def help(self) -> str:  # type: ignore[override]
        """Return the sentence, as `manage.py help` shows it."""
        return f"Refused here. {self.sentence}"

    def run_from_argv(self, argv: list[str]) -> NoReturn:
        """Print the sentence before any argument is parsed: no argument would be right."""
        self.stderr.write(self.style.ERROR(f"{argv[1]}: {self.sentence}"))
        sys.exit(1)

    def handle(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse code that calls it, too."""
        raise CommandError(self.sentence)


def refusing_command(sentence: str) -> type[RefusedCommand]:
    """Return a command class that prints a sentence."""
    return type("Command", (RefusedCommand,), {"sentence": sentence})
