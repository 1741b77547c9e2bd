"""Sheets, CSV or XLSX: each cell as plain text, each line with its number.

A formula is read as the value that it had when the file was saved.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl

from saas.kernel.sandbox.openers.archives import Archive
from saas.kernel.sandbox.openers.limits import MOST_LINES
from saas.kernel.sandbox.openers.texts import decoded
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.sandbox.wire import MEGABYTE, Piece

MOST_UNPACKED, MOST_PARTS = 40 * MEGABYTE, 500
MOST_COLUMNS, LONGEST_CELL = 60, 254
# Programs leave a coloured cell in the last row of a sheet: real lists have no such gap.
MOST_EMPTY = 500
# Maximum of all spreadsheets, whatever number a file declares.
_LAST_ROW = 1_048_576
# Rows by which a list is told from a notice of use.
_LOOKED_AT = 100
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_AT_ONCE = 500


def lines_of(content: bytes, _options: dict[str, Any]) -> Iterator[Piece]:
    """Yield lines that have words in them; last the row at which reading stopped, or nothing."""
    if content.startswith(_OLD_EXCEL):
        raise UnfitError("old_format")
    rows = _of_xlsx(content) if content.startswith(_ZIP) else _of_csv(content)
    many, gap = 0, _Gap()
    lines: list[tuple[int, list[str]]] = []
    for number, cells in gap.cut(rows):
        lines.append((number, cells))
        many += 1
        if many > MOST_LINES + 1:
            raise UnfitError("too_many_lines")
        if len(lines) == _AT_ONCE:
            yield Piece({"lines": lines})
            lines = []
    if not many:
        raise UnfitError("empty")
    yield Piece({"lines": lines, "stopped_at": gap.stopped_at})


class _Gap:
    """End of a sheet after too many consecutive empty rows."""

    stopped_at: int | None = None

    def cut(self, rows: Iterator[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that have words in them, each with its number."""
        last = 0
        for number, row in enumerate(rows, start=1):
            if cells := _cells(row):
                last = number
                yield number, cells
            elif number - last > MOST_EMPTY:
                self.stopped_at = last
                return


def _cells(row: Sequence[Any]) -> list[str]:
    cells = [_text(value) if value else "" for value in row[:MOST_COLUMNS]]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """Return a cell as it is read: no controls, no spaces that are not seen."""
    whole = isinstance(value, float) and value.is_integer()
    words = str(int(value) if whole else value)
    seen = "".join(sign for sign in words if sign.isprintable() or sign.isspace())
    return " ".join(seen.split())[:LONGEST_CELL].strip()


def _of_csv(content: bytes) -> Iterator[list[str]]:
    words = decoded(content)
    if words[:4].lower() == "sep=":  # which Excel writes above its own
        words = words.partition("\n")[2]
    first = words.lstrip().partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    try:
        yield from csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnfitError("unreadable") from error


def _of_xlsx(content: bytes) -> Iterator[Sequence[Any]]:
    archive = Archive(content, most_files=MOST_PARTS, most_bytes=MOST_UNPACKED)
    archive.check_unpacks(forbidden=b"<!DOCTYPE")
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    for sheet in book.worksheets:
        _forget_dimensions(sheet)
    sheet = next((sheet for sheet in book.worksheets if _is_list(sheet)), book.worksheets[0])
    yield from sheet.iter_rows(values_only=True, max_row=_LAST_ROW, max_col=MOST_COLUMNS)


def _forget_dimensions(sheet: Any) -> None:
    """Read a sheet to its last cell: the dimensions that it declares may be wrong."""
    sheet.reset_dimensions()


def _is_list(sheet: Any) -> bool:
    """Whether a row has an e-mail address beside other cells: a notice of use in front has none."""
    rows = sheet.iter_rows(values_only=True, max_row=_LOOKED_AT, max_col=MOST_COLUMNS)
    beside = (
        _ADDRESS.fullmatch(str(value).strip()) and sum(map(bool, row)) > 1
        for row in rows
        for value in row
        if value
    )
    return any(beside)


def _warm() -> None:
    """Load the lazily loaded modules, which a locked child cannot load."""
    written, book = io.BytesIO(), openpyxl.Workbook()
    book.worksheets[0].append(["a", 1.5, True, dt.datetime(2026, 12, 1, 8)])  # noqa: DTZ001 - as a spreadsheet writes it
    book.save(written)
    for content in (written.getvalue(), b"a"):
        list(lines_of(content, {}))


_warm()
