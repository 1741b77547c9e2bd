"""`manage.py backup`: back up an installation, and try to restore what was backed up."""

import datetime as dt
import json
import time
import zoneinfo
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from saas.commands.backups import nightly
from saas.commands.backups.programs import BackupFailedError
from saas.monitoring.models import Backup

MOST_LISTED = 40
HOUR = dt.time(2, 30)
RETRY_SECONDS = 1800
_TAKES = ("nightly", "take")
_ONE_STEP = {"check": nightly.check, "mark": nightly.mark, "compare": nightly.compare}
_DONE = ("nightly", "take", "check", "mark", "compare", "list", "run")


class Command(BaseCommand):
    """Create a backup, restore the newest backup as a trial, or list backups."""

    help = (
        "nightly: a backup of database and files, full or incremental as is due, then a trial that"
        " restores it; take, check: one of the two; run: nightly at half past two, for ever; list."
        " Where another keeper takes backups: mark notes figures, compare reads a restored cluster."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the action and the `--full` option."""
        parser.add_argument("what", choices=_DONE)
        parser.add_argument("--cell", default="", help="a name of CELLS, with its own repository")
        parser.add_argument("--full", action="store_true", help="a full backup, whatever is due")

    def handle(self, *, what: str, cell: str, full: bool, **_options: Any) -> None:
        """Run the action; each backup is a JSON line. Exit code 1: failed or not valid."""
        if cell and cell not in settings.CELLS:
            raise CommandError(f"CELLS does not name {cell}")
        if what == "list":
            for backup in Backup.objects.filter(cell=cell).defer("figures")[:MOST_LISTED]:
                self._print(backup)
        elif what == "run":
            self._run(cell)
        else:
            self._once(what, cell=cell, full=full)

    def _once(self, what: str, *, cell: str, full: bool) -> None:
        try:
            backup = nightly.take(full=full, cell=cell) if what in _TAKES else _ONE_STEP[what](cell)
            if what == "nightly":
                backup = nightly.check(cell)
        except BackupFailedError as error:
            raise CommandError(str(error)) from error
        self._print(backup)
        if backup.is_good is False:
            raise CommandError(backup.fault)

    def _run(self, cell: str) -> None:
        """Work at its hour of each day, and again half an hour later while it fails."""
        while True:
            time.sleep(_seconds_until_the_hour())
            while True:
                try:
                    self._once("nightly", cell=cell, full=False)
                except CommandError as error:
                    self.stderr.write(f"no good backup: {error}")
                    time.sleep(RETRY_SECONDS)
                else:
                    break

    def _print(self, backup: Backup) -> None:
        self.stdout.write(
            json.dumps(
                {
                    **({"cell": backup.cell} if backup.cell else {}),
                    "label": backup.label,
                    "kind": "full" if backup.is_full else "incremental",
                    "taken_at": backup.taken_at.isoformat(timespec="seconds"),
                    "seconds": backup.duration_ms / 1000,
                    "size_bytes": backup.size_bytes,
                    "stored_bytes": backup.stored_bytes,
                    "lsn": backup.end_lsn,
                    "is_good": backup.is_good,
                    "check_seconds": backup.check_ms and backup.check_ms / 1000,
                    "fault": backup.fault,
                }
            )
        )


def _seconds_until_the_hour() -> float:
    zone = zoneinfo.ZoneInfo(settings.PAGE_TIME_ZONE)
    now = timezone.now().astimezone(zone)
    due = dt.datetime.combine(now.date(), HOUR, zone)
    if due <= now:
        due = dt.datetime.combine(now.date() + dt.timedelta(days=1), HOUR, zone)
    return (due - now).total_seconds()
