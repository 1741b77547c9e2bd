"""Uploaded sheets: the encodings and delimiters of their programs, and invalid files."""

import io
import time
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest

from saas.kernel.errors import Refused
from saas.kernel.sandbox.verdicts import UnfitError
from saas.kernel.uploads import sheets

ROWS = [["Prénom", "Nom"], ["Zoë", "Núñez"]]


def read(content: bytes) -> list[list[str]]:
    return [line.cells for line in sheets.read(content).lines]


def workbook(rows: Iterable[Iterable[Any]], **far: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    for place, words in far.items():
        book.worksheets[0][place] = words
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return a workbook with a single part replaced."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for one in before.namelist():
            after.writestr(one, part if one == name else before.read(one))
    return written.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_csv_is_read_as_programs_write_it(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    assert read(text.encode(encoding)) == ROWS


def test_numbers_are_those_of_the_spreadsheet_and_signs_nobody_sees_are_gone() -> None:
    text = 'sep=;\r\nNom;Note\r\n\r\n" Le\u00a0Gall ";"a\r\nb"\r\nx\x00\u200by;'
    lines, stopped_at = sheets.read(text.encode())
    assert stopped_at is None
    assert lines == [(1, ["Nom", "Note"]), (3, ["Le Gall", "a b"]), (4, ["xy"])]


def test_workbook_gives_values_of_formulas_and_whole_numbers() -> None:
    assert read(workbook([["a", 12.0, None, True], ["=1+1", 1.5]])) == [
        ["a", "12", "", "True"],
        ["", "1.5"],
    ]


def test_list_behind_a_notice_of_use_is_read() -> None:
    book = openpyxl.Workbook()
    notice = book.worksheets[0]
    notice.append(["Lisez-moi : remplissez la feuille suivante, puis écrivez à"])
    notice.append(["paie@helvane.example"])
    people = book.create_sheet("Personnel")
    rows = [["E-mail", "Nom"], ["zoe@helvane.example", "Núñez"]]
    for row in rows:
        people.append(row)
    book.create_sheet("Anciens").append(["ancien@helvane.example", "Parti"])
    written = io.BytesIO()
    book.save(written)
    assert read(written.getvalue()) == rows


def test_written_workbook_is_read_again() -> None:
    assert read(sheets.xlsx(ROWS)) == ROWS


@pytest.mark.parametrize(
    ("content", "reason", "sentence"),
    [
        (b"\r\n;;\r\n", "empty", "vide"),
        (b"\xd0\xcf\x11\xe0old", "old_format", "mot de passe"),
        (b"PK\x03\x04broken", "unreadable", "pas lire"),
        (b"\x81\x8d\x8f", "unreadable", "pas lire"),
        (b'"' + b"a" * 200_000 + b'"', "unreadable", "pas lire"),
        (b"a\n" * 30_002, "too_many_lines", "trop de lignes"),
    ],
)
def test_file_that_is_no_list_is_refused_with_what_to_do(
    content: bytes, reason: str, sentence: str
) -> None:
    with pytest.raises(UnfitError) as unfit:
        read(content)
    assert unfit.value.reason == reason
    assert sentence in sheets.sentence(reason)


def test_heavy_file_is_refused_unread() -> None:
    sheets.check_size(sheets.MOST_BYTES)
    with pytest.raises(Refused, match="trop lourd"):
        sheets.check_size(sheets.MOST_BYTES + 1)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (b" " * (40 * 1024 * 1024 + 1), "too_long"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unreadable"),
        (b" " * (256 * 1024 - 4) + b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "unreadable"),
    ],
)
def test_bombs_are_refused_before_anything_reads_them(part: bytes, reason: str) -> None:
    bomb = with_part(workbook(ROWS), "xl/worksheets/sheet1.xml", part)
    assert len(bomb) < sheets.MOST_BYTES
    with pytest.raises(UnfitError, match=reason):
        read(bomb)


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576"])
def test_cell_far_below_the_list_is_left_out_at_once(place: str) -> None:
    began = time.perf_counter()
    sheet = sheets.read(workbook([["Nom"], ["Léa"]], **{place: "loin"}))
    assert ([line.cells for line in sheet.lines], sheet.stopped_at) == ([["Nom"], ["Léa"]], 2)
    assert time.perf_counter() - began < 5  # it took twenty-seven


def test_gap_of_some_hundred_lines_is_read_over() -> None:
    assert read(workbook([["Nom"]], A400="loin")) == [["Nom"], ["loin"]]
