"""Sheets that people send, CSV or XLSX: each cell as plain text, each line with its number.

They are opened in a child process with limits, in a job.
"""

import io
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.display.writing import num
from saas.kernel.errors import Refused
from saas.kernel.sandbox import runner
from saas.kernel.sandbox.openers.limits import MOST_LINES
from saas.kernel.web.bodies import MEGABYTE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 5 * MEGABYTE


class Line(NamedTuple):
    """Line of a sheet; its number is the row number in a spreadsheet."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """Non-empty lines; `stopped_at` is the last line if a long gap follows it."""

    lines: list[Line]
    stopped_at: int | None


def check_size(size: int) -> None:
    """Raise Refused if a file is too large for a list."""
    if size > MOST_BYTES:
        raise Refused(
            _(
                "Ce fichier est trop lourd\u00a0: %(most)s Mo au plus. Gardez les seules colonnes "
                "utiles, ou envoyez la liste en deux fois."
            )
            % {"most": MOST_BYTES // MEGABYTE}
        )


def read(content: bytes) -> Sheet:
    """Read a sheet in a child. Raises UnfitError with a word of `sentence`, or TooHeavyError."""
    lines: list[Line] = []
    stopped_at = None
    for piece in runner.opened("sheet", content):
        lines += [
            Line(int(number), list(map(str, cells))) for number, cells in piece.words["lines"]
        ]
        stopped_at = piece.words.get("stopped_at")
    return Sheet(lines, stopped_at)


def sentence(reason: str) -> str:
    """Return the message on why a sheet could not be read, with the remedy."""
    sentences = {
        "old_format": _(
            "Ce classeur est protégé par un mot de passe, ou d’un ancien format (.xls). "
            "Enregistrez-le en .xlsx ou en CSV, sans mot de passe."
        ),
        "empty": _("Ce fichier est vide. Choisissez celui qui contient la liste."),
        "too_many_lines": _(
            "Cette liste a trop de lignes\u00a0: %(most)s au plus. "
            "Envoyez-la en plusieurs fichiers."
        )
        % {"most": num(MOST_LINES)},
        "too_heavy": _(
            "Ce fichier demande trop de mémoire ou de temps\u00a0: nous l’avons essayé deux fois. "
            "Copiez les seules colonnes utiles dans un nouveau classeur, ou enregistrez-le en CSV."
        ),
    }
    return sentences.get(reason) or _(
        "Nous ne savons pas lire ce fichier. Ouvrez-le dans votre tableur, enregistrez-le en "
        "CSV ou en .xlsx, puis renvoyez-le."
    )


def xlsx(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as a workbook with a single sheet."""
    # It loads for a twentieth of a process's start, and most processes write no workbook.
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
