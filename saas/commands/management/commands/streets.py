"""`troovon streets load FILE`: the streets that maps draw under their pins."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from saas.geocoding import actions
from saas.kernel import schema
from saas.kernel.errors import Refused

OPENSTREETMAP = "© les contributeurs d’OpenStreetMap"


class Command(BaseCommand):
    """Loads a GeoJSON file of streets: a town or a department, in any order."""

    help = "Loads lines of streets from GeoJSON, such as an extract of OpenStreetMap."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the verb, the file and its source."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        load = verbs.add_parser("load", help="replace the streets of an earlier file of this name")
        load.add_argument("file", type=Path, help="streets-44.geojson, or streets-44.geojson.gz")
        load.add_argument(
            "--source", default=OPENSTREETMAP, help=f"named under maps (default: {OPENSTREETMAP})"
        )

    def handle(self, *, verb: str, file: Path, source: str, **_options: Any) -> None:  # noqa: ARG002 - one verb
        """Load the file whole, or refuse it with a sentence and load nothing."""
        if not file.is_file():
            raise CommandError(f"{file} is no file.")
        try:
            with schema.in_public():
                loaded = actions.load_streets(path=file, source=source, at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        left = f", {loaded.left_out} features of other kinds left out" * bool(loaded.left_out)
        self.stdout.write(f"{loaded.lines} lines of streets{left}.")
