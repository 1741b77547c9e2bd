"""Papers are drawn by Typst with the fonts of the pages: PDF/A-3b, the same bytes each time."""

import datetime as dt
import importlib.util
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings

_FONTS = ("fontpkg_figtree", "fontpkg_bricolage_grotesque")
_TEXT_FONT = "Figtree[wght].ttf"
_STANDARD: Final = "a-3b"
# Greek and Cyrillic names are drawn with the serif font that Typst brings.
_SERIF_CHARACTERS = frozenset(
    [*range(0x38E, 0x3A2), *range(0x3A3, 0x3CF), *range(0x400, 0x460), 0x386, 0x388, 0x389, 0x38A]
)
_UNKNOWN = "?"
# Emoji and their joiners: a name reads as well without them, and without the gap they leave.
_PICTURES = frozenset({"So", "Sk", "Cf", "Mn", "Me"})
_LEFT_OUT = "\0"
_GAP = re.compile(rf"\A{_LEFT_OUT}[{_LEFT_OUT} ]*|(?: ?{_LEFT_OUT})+")
# The fonts have no narrow space; a paper uses the wider space, which does not break either.
_SAME_LOOKS = str.maketrans({"\u202f": "\u00a0", "\u2009": "\u00a0"})

type Words = Mapping[str, Any]


def draw(template: str, words: Words, *, at: dt.datetime) -> bytes:
    """Draw a paper as PDF; `at` is its creation date."""
    drawn: bytes = typst.compile(
        _templates() / "papers" / f"{template}.typ",
        None,
        _templates(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=_STANDARD,
        sys_inputs={"data": json.dumps(_printable(words))},
        timestamp=at.astimezone(dt.UTC).replace(microsecond=0),
    )
    return drawn


def _templates() -> Path:
    return Path(settings.ROOT) / "frontend_templates"


@cache
def _fonts() -> typst.Fonts:
    folders = [str(_folder(package)) for package in _FONTS]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"The package {package} is not installed.")
    return Path(next(iter(spec.submodule_search_locations))) / "files"


@cache
def _drawable() -> frozenset[int]:
    """Return the characters that the fonts can draw."""
    # It loads for a thirtieth of a process's start, and most processes draw no paper.
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(_folder(_FONTS[0]) / _TEXT_FONT, lazy=True) as font:
        return frozenset(font.getBestCmap() or ()) | _SERIF_CHARACTERS | {ord("\n")}


def _printable(value: Any) -> Any:
    """Replace characters missing from the fonts: an archive must not contain an empty glyph."""
    if isinstance(value, str):
        return _GAP.sub("", "".join(map(_drawn, value.translate(_SAME_LOOKS))))
    if isinstance(value, Mapping):
        return {name: _printable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part) for part in value]
    return value


def _drawn(letter: str) -> str:
    if ord(letter) in _drawable():
        return letter
    plain = unicodedata.normalize("NFKD", letter)
    drawable = "".join(part for part in plain if ord(part) in _drawable())
    return drawable or (_LEFT_OUT if unicodedata.category(letter) in _PICTURES else _UNKNOWN)
