"""The CSV file of the French address base: its columns, and rows that cannot be addresses."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.geocoding import rules
from saas.kernel.errors import Refused
from saas.kernel.values import csv_files
from saas.kernel.values.csv_files import wrong_line
from saas.kernel.values.points import degrees

COLUMNS = ("numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune", "lon", "lat")


class Row(NamedTuple):
    """A row of the file: a number in a street, and its coordinates."""

    insee: str
    name: str
    postcode: str
    city: str
    number: int
    suffix: str
    latitude: Decimal
    longitude: Decimal

    @property
    def street(self) -> tuple[str, str, str]:
        """INSEE code, postcode and name: a street has its own."""
        return self.insee, self.postcode, self.name


def rows_of(path: Path) -> Iterator[Row | None]:
    """Yield the rows of a file, plain or compressed; None for a row without place or postcode.

    Raises Refused, naming the line, for a file of another form.
    """
    try:
        with csv_files.open_text(path) as file:
            yield from _rows(csv.reader(file, delimiter=";"))
    except csv_files.UNREADABLE as error:
        raise Refused(
            _("Ce fichier ne se lit pas\u00a0: il faut le CSV de la BAN, en UTF-8.")
        ) from error


def _rows(lines: Iterable[list[str]]) -> Iterator[Row | None]:
    reader = iter(lines)
    header = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Refused(
            _("Il manque la colonne %(missing)s\u00a0: ce n’est pas le CSV de la BAN.")
            % {"missing": ", ".join(missing)}
        )
    places = [header.index(name) for name in COLUMNS]
    for number, line in enumerate(reader, start=2):
        if not line:
            continue
        if len(line) != len(header):
            raise wrong_line(number, _("elle n’a pas toutes les colonnes."))
        yield _row(number, [line[place].strip() for place in places])


def _row(line: int, values: list[str]) -> Row | None:
    number, suffix, name, postcode, insee, city, east, north = values
    if not (postcode and east and north and name):
        return None
    try:
        exact = [degrees(value) for value in (north, east)]
        place = float(north), float(east)
        house = int(number or 0)
    except (InvalidOperation, ValueError) as error:
        raise wrong_line(
            line, _("le numéro ou les coordonnées ne sont pas des nombres.")
        ) from error
    if not rules.FRENCH_POSTCODE.fullmatch(postcode) or len(insee) > len("2A004"):
        raise wrong_line(line, _("le code postal a cinq chiffres, et le code INSEE aussi."))
    try:
        rules.check_in_france(postcode, *place)
    except Refused as refusal:
        raise wrong_line(line, refusal.sentence) from refusal
    return Row(insee, name[:120], postcode, city[:80], max(house, 0), suffix[:12].lower(), *exact)
