"""`troovon companies load FILE`: the French register of companies, for foundings."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from saas.kernel import schema
from saas.kernel.errors import Refused
from tenants.spaces.actions import register


class Command(BaseCommand):
    """Loads StockUniteLegale or StockEtablissement of SIRENE: CSV, gzip or zip."""

    help = "Loads a file of the register SIRENE: companies by their SIREN, or their addresses."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the verb and the file."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="add the companies or establishments of a file")
        load.add_argument("file", type=Path, help="StockUniteLegale_utf8.zip, or a part of it")

    def handle(self, *, verb: str, file: Path, **_options: Any) -> None:  # noqa: ARG002 - one verb
        """Load the file whole, or refuse it with a sentence and load nothing."""
        if not file.is_file():
            raise CommandError(f"{file} is no file.")
        try:
            with schema.in_public():
                done = register.load(path=file, at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        kind = "companies" if done.is_units else "establishments"
        left = f", {done.left_out} closed or hidden rows left out" * bool(done.left_out)
        self.stdout.write(f"{done.loaded} {kind}{left}.")
