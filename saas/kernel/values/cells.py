"""Rows for spreadsheets of French readers: semicolons, decimal commas, no executable formula.

A cell that begins with a formula sign is evaluated by the reader's spreadsheet: a merchant's name
could make it request an address. Such a text gets an apostrophe in front, as OWASP advises; amounts
are written by us and stay numbers.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable

from django.http import FileResponse
from django.utils import timezone

from saas.kernel.uploads import files

CONTENT_TYPE = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", *"\uff1d\uff0b\uff0d\uff20")


def text(value: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula."""
    plain = " ".join(value.split())
    return f"'{plain}" if value.startswith(_RUN) or plain.startswith(_RUN) else plain


def amount(cents: int) -> str:
    """Write an amount as a French spreadsheet reads it: -1234,56."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros},{rest:02d}"


def moment(value: dt.datetime | None) -> str:
    """Write a moment by the clock of the space, as a spreadsheet reads it."""
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M}" if value else ""


def download(rows: Iterable[Iterable[str]], *, name: str) -> FileResponse:
    """Hand out rows as a file of this name and of today."""
    day = timezone.localdate().isoformat()
    content = sheet(rows).encode()
    return files.download(content, name=f"{name}-{day}.csv", content_type=CONTENT_TYPE)


def sheet(rows: Iterable[Iterable[str]]) -> str:
    """Return rows with ready cells as CSV that a spreadsheet opens by a double click."""
    return BYTE_ORDER_MARK + "".join(line(row) for row in rows)


def line(row: Iterable[str]) -> str:
    """Return a row with ready cells as a line of CSV, with its end."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(row)
    return written.getvalue()
