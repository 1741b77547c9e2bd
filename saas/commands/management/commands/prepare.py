"""`manage.py prepare`, or `troovon migrate`: bring the database and every space up to the code."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from saas.commands.preparation import prepare
from tenants.spaces.database import server
from tenants.spaces.database.upkeep.run import WORKERS, RunOptions
from tenants.spaces.database.upkeep.safety import Unsafe


class Command(BaseCommand):
    """Migrate public, make the blueprint, set the rights, compile the words, migrate the spaces."""

    help = (
        "Migrates public, makes the blueprint, sets rights, compiles the words, and brings every"
        " space up (as owner). Done again, it does only what is left. Exit code 1: some spaces"
        " could not be brought up; they are named, and the others are."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument("--json", action="store_true", help="one JSON line at the end")
        parser.add_argument("--verify", action="store_true", help="ask every schema, not its row")
        parser.add_argument("--workers", type=int, default=WORKERS, help="how many at once")

    def handle(self, *, json: bool, verify: bool, workers: int, **_options: Any) -> None:
        """Do it, a word a step on standard error, the report on standard output."""
        terminal = sys.stderr.isatty()
        options = RunOptions(workers=workers, verify=verify, terminal=terminal)
        try:
            server.check()
            report = prepare(self._say, timezone.now(), options)
        except server.UnfitServerError as unfit:
            raise CommandError(str(unfit)) from unfit
        except Unsafe as unsafe:
            raise CommandError("\n".join(["Nothing was touched.", *unsafe.faults])) from unsafe
        self.stdout.write(_as_json(report.as_dict()) if json else "\n".join(report.lines()))
        if report.failed:
            sys.exit(1)

    def _say(self, word: str) -> None:
        self.stderr.write(word, ending="" if word.endswith("\n") or "\r" in word else "\n")


def _as_json(report: dict[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False)
