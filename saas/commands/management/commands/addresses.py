"""`troovon addresses load FILE`: the French address base, for forms that search addresses."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from saas.geocoding import actions
from saas.kernel import schema
from saas.kernel.errors import Refused


class Command(BaseCommand):
    """Loads a CSV file of the address base (BAN): a department, or several in turn."""

    help = "Loads the CSV file of a department that the French address base (BAN) publishes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the verb and the file."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="replace the addresses of the towns in a file")
        load.add_argument("file", type=Path, help="adresses-44.csv, or adresses-44.csv.gz")

    def handle(self, *, verb: str, file: Path, **_options: Any) -> None:  # noqa: ARG002 - one verb
        """Load the file whole, or refuse it with a sentence and load nothing."""
        if not file.is_file():
            raise CommandError(f"{file} is no file.")
        try:
            with schema.in_public():
                loaded = actions.load(path=file, at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        left = f", {loaded.left_out} rows without place or postcode left out" * bool(
            loaded.left_out
        )
        self.stdout.write(f"{loaded.addresses} addresses in {loaded.streets} streets{left}.")
