"""`manage.py doctor`: try each part of an installation, and print the next step for each fault."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from saas.commands.doctor import here, outside
from saas.commands.doctor.findings import OK, WRONG, Finding, examine


class Command(BaseCommand):
    """Examine the installation: settings, database, queue, files, mail, names, Stripe."""

    help = (
        "Tries settings, database, locks, clock, Valkey, storage, disk, mail, DNS, certificates and"
        " Stripe, and prints the next step for each fault. Nothing is sent or changed. Exit code 1:"
        " something is wrong."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the form of the answer, and how far to look."""
        parser.add_argument("--json", action="store_true", help="one JSON document")
        parser.add_argument(
            "--offline", action="store_true", help="leave out mail, DNS, certificates and Stripe"
        )

    def handle(self, *, json: bool, offline: bool, **_options: Any) -> None:
        """Print each finding; wrong values of settings have ended the command before."""
        found = [Finding("settings", OK, "each variable has a possible value")]
        database = examine({"database": here.check_database})
        found += database
        if not _has_fault(database):
            found += examine(here.OF_THE_DATABASE)
        found += examine(here.CHECKS)
        if not offline:
            found += examine(outside.CHECKS)
        self.stdout.write(_as_json(found) if json else "\n".join(one.line() for one in found))
        if _has_fault(found):
            sys.exit(1)


def _has_fault(found: list[Finding]) -> bool:
    return any(one.state == WRONG for one in found)


def _as_json(found: list[Finding]) -> str:
    body = {"ok": not _has_fault(found), "findings": [one._asdict() for one in found]}
    return json.dumps(body, ensure_ascii=False)
