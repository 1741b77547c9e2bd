"""The icons of a space that a phone installs: the rings, drawn by code and turned into PNG."""

from pathlib import Path
from typing import NamedTuple

import typst

RINGS = Path(__file__).resolve().parents[2] / "frontend_templates" / "static" / "rings.svg"
SIDE = 512
POINTS_AN_INCH = 72
PAPER = "#f6f5f1"


class Icon(NamedTuple):
    """An icon file: its side in pixels, the part filled by the rings, and its background."""

    name: str
    side: int
    filled: float
    ground: str = PAPER
    mono: bool = False


# A maskable icon may lose all but a circle of four fifths; a badge is seen by its shape alone.
ICONS = (
    Icon("icon-192.png", 192, 0.86),
    Icon("icon-512.png", 512, 0.86),
    Icon("maskable-192.png", 192, 0.62),
    Icon("maskable-512.png", 512, 0.62),
    Icon("badge-96.png", 96, 1, "none", mono=True),
)


def png(icon: Icon) -> bytes:
    """Draw an icon."""
    fill = "none" if icon.ground == "none" else f'rgb("{icon.ground}")'
    page = (
        f"#set page(width: {SIDE}pt, height: {SIDE}pt, margin: 0pt, fill: {fill})\n"
        f"#set align(center + horizon)\n"
        f"#image(bytes({_quoted(_drawing(icon))}), width: {SIDE * icon.filled}pt)"
    )
    pages = typst.compile(page.encode(), format="png", ppi=POINTS_AN_INCH * icon.side / SIDE)
    if not isinstance(pages, bytes):
        raise TypeError("An icon has one page.")
    return pages


def _drawing(icon: Icon) -> str:
    rings = RINGS.read_text()
    if icon.mono:
        rings = rings.replace("#0b5f63", "#ffffff").replace("#ffd05c", "#ffffff")
    return rings


def _quoted(text: str) -> str:
    """Write a text as typst does."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
