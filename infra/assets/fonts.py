"""The two fonts (OFL), cut down to the Latin letters that pages use."""

import importlib.util
import io
from pathlib import Path
from typing import Any, NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

THIN_SPACE, NARROW_SPACE, SPACE = 0x2009, 0x202F, 0x20
LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2028),
    NARROW_SPACE,
    *(0x2030, 0x2039, 0x203A, 0x20AC, 0x2122),
    *range(0x2190, 0x2194),
    *(0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x2713),
]
FEATURES = ["kern", "liga", "calt", "tnum", "case", "mark", "mkmk", "ccmp", "locl"]


class Font(NamedTuple):
    """A variable font of a package, and how much of it pages need."""

    package: str
    file: str
    output: str
    axes: dict[str, float | tuple[float, float]]


FONTS = (
    Font("fontpkg_figtree", "Figtree[wght].ttf", "figtree.woff2", {"wght": (400, 700)}),
    Font(
        "fontpkg_bricolage_grotesque",
        "BricolageGrotesque[opsz,wdth,wght].ttf",
        "bricolage.woff2",
        {"wdth": 100, "opsz": 24, "wght": (500, 800)},
    ),
)


def source_of(font: Font) -> Path:
    """Find a font's file in its installed package."""
    spec = importlib.util.find_spec(font.package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"The package {font.package} is not installed.")
    return Path(next(iter(spec.submodule_search_locations))) / "files" / font.file


def cut(font: Font) -> bytes:
    """Keep the weights and the letters that pages use, as WOFF2."""
    untyped: Any = instancer
    pinned = untyped.instantiateVariableFont(TTFont(source_of(font)), font.axes)
    reread = io.BytesIO()
    pinned.save(reread)  # a font that was just pinned cannot be cut: it is read again
    reread.seek(0)
    typeface: Any = TTFont(reread)
    untyped = subset
    options = untyped.Options()
    options.layout_features = FEATURES
    cutter = untyped.Subsetter(options)
    cutter.populate(unicodes=LATIN)
    cutter.subset(typeface)
    _add_narrow_space(typeface)
    typeface.flavor = "woff2"
    output = io.BytesIO()
    typeface.save(output)
    return output.getvalue()


def _add_narrow_space(font: Any) -> None:
    """Map the French narrow space to the glyph of the thin space if a font lacks it."""
    for table in font["cmap"].tables:
        if table.isUnicode() and NARROW_SPACE not in table.cmap:
            table.cmap[NARROW_SPACE] = table.cmap.get(THIN_SPACE, table.cmap[SPACE])
