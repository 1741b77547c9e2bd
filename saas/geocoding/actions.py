"""Loading the address base and lines of streets, and asking the geocoder."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from saas.geocoding import geojson, queries, reading, rules, streets, tasks
from saas.geocoding.models import Street, StreetFile
from saas.geocoding.reading import Row
from saas.kernel.database import rows
from saas.kernel.errors import Refused
from saas.kernel.tasks import FIRST, after_commit

_STREETS = (
    "COPY geocoding_street (insee, name, postcode, city, words, latitude, longitude) FROM STDIN"
)
_NUMBERS = (
    "COPY geocoding_address (street_id, number, suffix, latitude, longitude, cell) FROM STDIN"
)

_LINES = "COPY geocoding_streetline (file_id, cell, sort, points) FROM STDIN"


class LoadedLines(NamedTuple):
    """How many lines a file contained, and how many features of another kind."""

    lines: int
    left_out: int


class Loaded(NamedTuple):
    """How much a file contained."""

    streets: int
    addresses: int
    left_out: int


@transaction.atomic
def load(*, path: Path, at: dt.datetime) -> Loaded:  # noqa: ARG001 - each action says when
    """Replace the addresses of the towns in a file of the address base by those of the file.

    A wrong row refuses the whole file. Called by the command `addresses`.
    """
    streets: dict[tuple[str, str, str], Row] = {}
    read = left_out = 0
    for row in reading.rows_of(path):
        if row is None:
            left_out += 1
            continue
        read += 1
        streets.setdefault(row.street, row)
    if not read:
        raise Refused(_("Ce fichier ne contient aucune adresse."))
    Street.objects.filter(insee__in={insee for insee, _postcode, _name in streets}).delete()
    rows.copy_in(_STREETS, (_street_row(row) for row in streets.values()))
    keys = Street.objects.filter(insee__in={insee for insee, _postcode, _name in streets})
    ids = {tuple(key): pk for pk, *key in keys.values_list("pk", "insee", "postcode", "name")}
    copied = rows.copy_in(_NUMBERS, (_number_row(row, ids) for row in _numbered(path)))
    return Loaded(len(streets), copied, left_out)


@transaction.atomic
def load_streets(*, path: Path, source: str, at: dt.datetime) -> LoadedLines:
    """Replace the lines of streets that a file of this name brought by those of the file.

    A broken line refuses the whole file. Called by the command `streets`.
    """
    lines = list(geojson.lines_of(path))
    drawn = [line for line in lines if line is not None]
    if not drawn:
        raise Refused(_("Ce fichier ne contient aucune rue."))
    name = path.name.partition(".")[0][:80]
    StreetFile.objects.filter(name=name).delete()
    file = StreetFile.objects.create(name=name, source=source[:120], loaded_at=at)
    rows.copy_in(
        _LINES,
        (
            (
                file.pk,
                rules.cell_of(*piece[0]),
                line.sort,
                json.dumps([round(each, 6) for one in piece for each in one]),
            )
            for line in drawn
            for piece in rules.pieces_of(line.points)
        ),
    )
    streets.forget()
    return LoadedLines(len(drawn), len(lines) - len(drawn))


@transaction.atomic
def ask(*, text: str, at: dt.datetime) -> bool:  # noqa: ARG001 - each action says when
    """Have the geocoder asked about a text; return True while its answer is awaited.

    There is no `by`: addresses are typed before anybody has an account.
    """
    if not settings.GEOCODER_URL or not rules.question_of(text).is_long_enough:
        return False
    digest = queries.digest_of(text)
    if queries.is_answered(digest):
        return False
    if not queries.is_asked(digest):
        queries.remember_question(digest, text)
        after_commit(tasks.look_up, digest, priority=FIRST)
    return True


def _street_row(row: Row) -> tuple[Any, ...]:
    words = rules.words_of(row.name, row.postcode, row.city)[:220]
    return row.insee, row.name, row.postcode, row.city, words, row.latitude, row.longitude


def _numbered(path: Path) -> Any:
    return (row for row in reading.rows_of(path) if row and row.number not in rules.NO_NUMBER)


def _number_row(row: Row, ids: dict[tuple[Any, ...], int]) -> tuple[Any, ...]:
    cell = rules.cell_of(row.latitude, row.longitude)
    return ids[row.street], row.number, row.suffix, row.latitude, row.longitude, cell
