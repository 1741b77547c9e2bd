"""Loading of the French register of companies (SIRENE)."""

import csv
import datetime as dt
import io
import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from saas.kernel.database import rows
from saas.kernel.errors import Refused
from saas.kernel.values import csv_files
from tenants.spaces.models import RegisteredCompany, RegisteredSite
from tenants.spaces.rules import register as rules

BATCH = 20_000
_UNITS = "COPY spaces_registeredcompany (siren, name, band) FROM STDIN"
_SITES = (
    "COPY spaces_registeredsite (siret, siren, is_seat, name, band, street, postcode, city)"
    " FROM STDIN"
)


class LoadedRegister(NamedTuple):
    """The kind of a file, and its numbers of rows: loaded and left out."""

    is_units: bool
    loaded: int
    left_out: int


@transaction.atomic
def load(*, path: Path, at: dt.datetime) -> LoadedRegister:  # noqa: ARG001 - each action says when
    """Add the open companies or establishments of a file, replacing rows of the same number.

    Rows of closed companies and establishments are removed. The file has the register's own
    columns; a wrong row refuses the whole file. Called by the command `companies`.
    """
    with _opened(path) as file:
        try:
            return _copy(csv.DictReader(file))
        except csv_files.UNREADABLE as error:
            raise Refused(
                _("Ce fichier ne se lit pas\u00a0: il faut le CSV de SIRENE, en UTF-8.")
            ) from error


def _copy(reader: csv.DictReader[str]) -> LoadedRegister:
    is_units = rules.check_columns(reader.fieldnames or [])
    read: Callable[..., Any] = rules.unit_of if is_units else rules.site_of
    key = "siren" if is_units else "siret"
    loaded = left_out = 0
    for batch in itertools.batched(_lines(reader, read, key), BATCH):
        # A closed company's row of an earlier file goes, too.
        numbers = {number for number, _row in batch}
        found = {row[0]: row for _number, row in batch if row}
        left_out += len(batch) - len(found)
        if is_units:
            RegisteredCompany.objects.filter(siren__in=numbers).delete()
        else:
            RegisteredSite.objects.filter(siret__in=numbers).delete()
        loaded += rows.copy_in(_UNITS if is_units else _SITES, found.values())
    if not loaded:
        raise Refused(_("Ce fichier ne contient aucune entreprise ouverte."))
    return LoadedRegister(is_units, loaded, left_out)


def _lines(
    reader: csv.DictReader[str], read: Callable[..., Any], key: str
) -> Iterator[tuple[str, Any]]:
    """Return the number of each line, and its row; no row if it is closed or hidden."""
    for line, row in enumerate(reader, start=2):
        if None in row or None in row.values():
            raise csv_files.wrong_line(line, _("elle n’a pas toutes les colonnes."))
        values: Mapping[str, str] = row
        yield values[key], read(values, line=line)


@contextmanager
def _opened(path: Path) -> Iterator[Iterable[str]]:
    """Open a file as text: plain, compressed, or the only CSV of the zip that INSEE publishes."""
    if path.suffix == ".zip":
        try:
            with zipfile.ZipFile(path) as archive, archive.open(_member(archive)) as raw:
                yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        except zipfile.BadZipFile as error:
            raise Refused(_("Ce fichier zip est abîmé.")) from error
        return
    with csv_files.open_text(path) as file:
        yield file


def _member(archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if name.endswith(".csv")]
    if len(names) != 1:
        raise Refused(_("Ce fichier zip ne contient pas un seul CSV."))
    return names[0]
