"""`manage.py fec 2026 --out FILE`: the accounts of a year for the tax office, checked."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.ledger.files import fec
from billing.ledger.settlement.numbering import number_entries
from saas.kernel import schema


class Command(BaseCommand):
    """Write the accounts' file (FEC) of a year, and check it by the rules of article A47 A-1."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the year, and where the file goes."""
        parser.add_argument("year", type=int)
        parser.add_argument("--out", type=Path, help="a file, or a folder for the official name")

    def handle(self, *, year: int, out: Path | None, **_: Any) -> None:
        """Write the file, then read it again."""
        with schema.in_public():
            path = out or Path()
            if path.is_dir():
                path /= fec.file_name(year)
            number_entries(at=timezone.now())
            with path.open("w", encoding=fec.ENCODING, newline="") as file:
                file.writelines(fec.write(year))
        with path.open(encoding=fec.ENCODING, newline="") as file:
            faults = fec.faults(file, year=year)
        if faults:
            raise CommandError("\n".join(faults[:20]))
        self.stdout.write(str(path))
