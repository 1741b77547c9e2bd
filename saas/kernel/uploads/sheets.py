"""Sheets that people send, CSV or XLSX: each cell as plain text, each line with its number.

A formula is read as the value that it had when the file was saved. What would unpack to more than
`MOST_UNPACKED` is refused before anything reads it.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import openpyxl
from django.core.files import File
from django.utils.translation import gettext as _

from saas.kernel.display.writing import num
from saas.kernel.errors import Refused
from saas.kernel.web.bodies import MEGABYTE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 5 * MEGABYTE
MOST_UNPACKED, MOST_PARTS = 40 * MEGABYTE, 500
MOST_LINES, MOST_COLUMNS, LONGEST_CELL = 10_000, 60, 254
# No spreadsheet has more, whatever a file says; programs leave lines without a word behind a list.
_LAST_ROW = 1_048_576
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CHUNK = 256 * 1024


class Line(NamedTuple):
    """A line of a sheet; its number is the one that a spreadsheet shows beside it."""

    number: int
    cells: list[str]


def read(upload: "File[bytes]") -> list[Line]:
    """Return the lines that have words in them. Raises Refused with what to do about a file."""
    if (upload.size or 0) > MOST_BYTES:
        raise Refused(
            _(
                "Ce fichier est trop lourd\u00a0: %(most)s Mo au plus. Gardez les seules colonnes "
                "utiles, ou envoyez la liste en deux fois."
            )
            % {"most": MOST_BYTES // MEGABYTE}
        )
    content = upload.read()
    if content.startswith(_OLD_EXCEL):
        raise Refused(
            _(
                "Ce classeur est protégé par un mot de passe, ou d’un ancien format (.xls). "
                "Enregistrez-le en .xlsx ou en CSV, sans mot de passe."
            )
        )
    lines = _lines(_of_xlsx(content) if content.startswith(_ZIP) else _of_csv(content))
    if not lines:
        raise Refused(_("Ce fichier est vide. Choisissez celui qui contient la liste."))
    return lines


def xlsx(rows: Iterable[Iterable[str]]) -> bytes:
    """Write rows as a workbook of one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _lines(rows: Iterator[Sequence[Any]]) -> list[Line]:
    lines: list[Line] = []
    for number, row in enumerate(rows, start=1):
        cells = [_text(value) if value else "" for value in row[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            lines.append(Line(number, cells))
        if len(lines) > MOST_LINES + 1:
            raise Refused(
                _(
                    "Cette liste a trop de lignes\u00a0: %(most)s au plus. "
                    "Envoyez-la en plusieurs fichiers."
                )
                % {"most": num(MOST_LINES)}
            )
    return lines


def _text(value: Any) -> str:
    """Return a cell as somebody reads it: no controls, no spaces that are not seen."""
    whole = isinstance(value, float) and value.is_integer()
    words = str(int(value) if whole else value)
    seen = "".join(sign for sign in words if sign.isprintable() or sign.isspace())
    return " ".join(seen.split())[:LONGEST_CELL].strip()


def _of_csv(content: bytes) -> Iterator[list[str]]:
    words = _decoded(content)
    if words[:4].lower() == "sep=":  # which Excel writes above its own
        words = words.partition("\n")[2]
    first = words.lstrip().partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    try:
        yield from csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise _unreadable() from error


def _decoded(content: bytes) -> str:
    """Return a text by the encoding that it says, else as programs in France write."""
    kinds = ("utf-16",) if content.startswith(_UTF_16) else ("utf-8-sig", "cp1252")
    for kind in kinds:
        try:
            return content.decode(kind)
        except UnicodeDecodeError:
            continue
    raise _unreadable()


def _of_xlsx(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        _check_unpacks(content)
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what a program says of them is not always so
        yield from sheet.iter_rows(values_only=True, max_row=_LAST_ROW, max_col=MOST_COLUMNS)
    except Refused:
        raise
    except Exception as error:  # a broken workbook raises what its broken part does
        raise _unreadable() from error


def _check_unpacks(content: bytes) -> None:
    """Unpack each part once, counting: what a file says of its own size is not believed."""
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        for part in parts[:MOST_PARTS]:
            with archive.open(part) as unpacked:
                while chunk := unpacked.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0 or b"<!DOCTYPE" in chunk:
                        raise _unreadable()
    if len(parts) > MOST_PARTS:
        raise _unreadable()


def _unreadable() -> Refused:
    return Refused(
        _(
            "Nous ne savons pas lire ce fichier. Ouvrez-le dans votre tableur, enregistrez-le en "
            "CSV ou en .xlsx, puis renvoyez-le."
        )
    )
