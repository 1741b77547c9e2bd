"""Flat pictures of things for the demo: drawn by us, seeded colours, no photograph.

A picture is a background with rings (the product's sign), a shadow, and an object, a little tilted.
Each file of `objects/` holds a single object with colours by their names in the palette. The same
kind and seed always give the same picture.
"""

import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import typst

from infra.demo.pictures.palette import Palette, palette

OBJECTS = Path(__file__).with_name("objects")
FAMILY = re.compile(r'data-family="([a-z]+)"')

HUES = {
    "tools": 75,
    "bike": 185,
    "books": 330,
    "home": 45,
    "kids": 350,
    "garden": 145,
    "games": 285,
    "outdoor": 160,
    "sport": 230,
    "kitchen": 25,
    "car": 255,
    "lunch": 70,
    "music": 305,
    "study": 215,
}
WIDTH, HEIGHT = 400, 300
POINTS_AN_INCH = 72


class Scene(NamedTuple):
    """The random choices of a picture."""

    colours: Palette
    rings_x: int
    rings_y: int
    tilt: int


def kinds() -> list[str]:
    """Name every object that can be drawn."""
    return sorted(drawing.stem for drawing in OBJECTS.glob("*.svg"))


def svg(kind: str, seed: int) -> str:
    """Draw an object as SVG."""
    scene = _scene(kind, seed)
    colours = scene.colours
    drawing = _object(kind).format_map(colours._asdict())
    rings = "".join(
        f'<circle cx="{scene.rings_x}" cy="{scene.rings_y}" r="{radius}" fill="none" '
        f'stroke="{colours.ring}" stroke-width="26" opacity=".55"/>'
        for radius in (70, 130, 190, 250, 310)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours.ground}"/>{rings}'
        f'<ellipse cx="200" cy="262" rx="150" ry="14" fill="{colours.shadow}"/>'
        f'<g transform="rotate({scene.tilt} 200 160)">{drawing}</g></svg>'
    )


def png(kind: str, seed: int, width: int = 1600) -> bytes:
    """Draw an object as PNG, as a telephone would send it."""
    page = (
        f"#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt)\n"
        f"#image(bytes({_quoted(svg(kind, seed))}), width: {WIDTH}pt)"
    )
    resolution = POINTS_AN_INCH * width / WIDTH
    pages = typst.compile(page.encode(), format="png", ppi=resolution)
    if not isinstance(pages, bytes):
        raise TypeError("A picture has one page.")
    return pages


@cache
def _object(kind: str) -> str:
    """Read an object's drawing."""
    return (OBJECTS / f"{kind}.svg").read_text("utf-8")


def _scene(kind: str, seed: int) -> Scene:
    """Let the seed choose the colours, where the rings come from, and the tilt."""
    chance = random.Random(f"{kind}{seed}")  # noqa: S311  a picture, not a secret
    family = FAMILY.search(_object(kind))
    if family is None:
        raise LookupError(f"The object {kind} belongs to no family.")
    hue = (HUES[family[1]] + chance.randint(-16, 16)) % 360
    colours = palette(hue, second=(hue + chance.choice((150, 180, 205))) % 360)
    return Scene(
        colours,
        rings_x=chance.choice((40, 360, 200, 330)),
        rings_y=chance.choice((20, 290, 310)),
        tilt=chance.randint(-4, 4),
    )


def _quoted(text: str) -> str:
    """Write a text as typst does."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
