"""Sheets that people send: the encodings and delimiters of their programs, and what is no sheet."""

import io
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from saas.kernel.errors import Refused
from saas.kernel.uploads import sheets

ROWS = [["Prénom", "Nom"], ["Zoë", "Núñez"]]


def read(content: bytes) -> list[list[str]]:
    return [line.cells for line in sheets.read(SimpleUploadedFile("list", content))]


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
    """A workbook one part of which is another."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for one in before.namelist():
            after.writestr(one, part if one == name else before.read(one))
    return written.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_as_programs_write_it(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in ROWS)
    assert read(text.encode(encoding)) == ROWS


def test_numbers_are_those_of_the_spreadsheet_and_signs_nobody_sees_are_gone() -> None:
    text = 'sep=;\r\nNom;Note\r\n\r\n" Le\u00a0Gall ";"a\r\nb"\r\nx\x00\u200by;'
    lines = sheets.read(SimpleUploadedFile("list", text.encode()))
    assert lines == [(1, ["Nom", "Note"]), (3, ["Le Gall", "a b"]), (4, ["xy"])]


def test_workbook_gives_values_of_formulas_and_whole_numbers() -> None:
    assert read(workbook([["a", 12.0, None, True], ["=1+1", 1.5]])) == [
        ["a", "12", "", "True"],
        ["", "1.5"],
    ]


def test_written_workbook_is_read_again() -> None:
    assert read(sheets.xlsx(ROWS)) == ROWS


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\r\n;;\r\n", "vide"),
        (b"\xd0\xcf\x11\xe0old", "mot de passe"),
        (b"PK\x03\x04broken", "pas lire"),
        (b"\x81\x8d\x8f", "pas lire"),
        (b'"' + b"a" * 200_000 + b'"', "pas lire"),
        (b"a\n" * 10_002, "trop de lignes"),
        (b"a" * (sheets.MOST_BYTES + 1), "trop lourd"),
    ],
)
def test_file_that_is_no_list_is_refused_with_what_to_do(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(content)


@pytest.mark.parametrize(
    "part",
    [
        b" " * (sheets.MOST_UNPACKED + 1),
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    ],
)
def test_bombs_are_refused_before_anything_reads_them(part: bytes) -> None:
    bomb = with_part(workbook(ROWS), "xl/worksheets/sheet1.xml", part)
    assert len(bomb) < sheets.MOST_BYTES
    with pytest.raises(Refused, match="pas lire"):
        read(bomb)


def test_last_cell_of_a_sheet_makes_it_no_longer() -> None:
    assert read(workbook([["Nom"]], XFD1048576="loin")) == [["Nom"]]
