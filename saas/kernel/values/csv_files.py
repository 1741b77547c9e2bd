"""Public registers as CSV files, plain or compressed: opened as text, wrong lines named."""

import csv
import gzip
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

# Raised while a file of another form, or a damaged one, is read.
UNREADABLE = (UnicodeDecodeError, gzip.BadGzipFile, EOFError, csv.Error)


def open_text(path: Path) -> IO[str]:
    """Open a file in UTF-8, compressed where its name ends in `.gz`, as `csv` reads it."""
    opener = gzip.open if path.suffix == ".gz" else open
    return cast("IO[str]", opener(path, "rt", encoding="utf-8-sig", newline=""))


def wrong_line(line: int, reason: str) -> Refused:
    """Return the refusal of a line of a file."""
    return Refused(_("Ligne %(line)d\u00a0: %(reason)s") % {"line": line, "reason": reason})
