"""Compiles the catalogues of words, since a bare machine has no gettext."""

import sys
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_all(folders: Iterable[Path]) -> None:
    """Compile each `.po` to a `.mo` beside it if the `.po` is newer."""
    for folder in folders:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            _compile(source)


def _compile(source: Path) -> None:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    with source.open("rb") as text:
        catalogue = read_po(text)
    part = target.with_suffix(f".{uuid4().hex}.part")  # several processes start on a fresh tree
    with part.open("wb") as binary:
        write_mo(binary, catalogue)
    part.rename(target)


if __name__ == "__main__":
    compile_all(Path(folder) for folder in sys.argv[1:])
