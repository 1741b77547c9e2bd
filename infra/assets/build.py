"""Build the assets of pages if they are missing or older than their sources."""

import hashlib
import importlib.util
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from infra.assets import app_icons, fonts, icons

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / ".troovon" / "assets"
SCRIPT, SHEET, SCREEN_SHEET = "troovon.js", "troovon.css", "screen.css"
OF_SCREENS = ("00-tokens.css", "14-drawings.css", "20-slides.css")
CODE = ("saas", "tenants", "billing", "api")
COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
INDENTED = re.compile(rb"\n\s*")


def build(target: Path) -> None:
    """Write the sprite, the fonts, the style sheet and the script; quick when done."""
    target.mkdir(parents=True, exist_ok=True)
    drawn = sprite().encode()
    _write(target / "icons.svg", stamp=_stamp(drawn), make=lambda: drawn)
    for font in fonts.FONTS:
        recipe = f"{font} {fonts.LATIN} {fonts.FEATURES}".encode()
        stamp = _stamp(fonts.source_of(font).read_bytes(), recipe)
        _write(target / font.output, stamp=stamp, make=partial(fonts.cut, font))
    for icon in app_icons.ICONS:
        stamp = _stamp(app_icons.RINGS.read_bytes(), repr(icon).encode())
        _write(target / icon.name, stamp=stamp, make=partial(app_icons.png, icon))
    styles = sheet()
    _write(target / SHEET, stamp=_stamp(styles), make=lambda: styles)
    of_screens = screen_sheet()
    _write(target / SCREEN_SHEET, stamp=_stamp(of_screens), make=lambda: of_screens)
    script = _script()
    _write(target / SCRIPT, stamp=_stamp(script), make=lambda: script)


def sprite() -> str:
    """Return the drawings of all icons that templates and code name."""
    called, perhaps = icons.names_in(
        sorted((ROOT / "frontend_templates").rglob("*.html")),
        sorted(module for room in CODE for module in (ROOT / room).rglob("*.py")),
    )
    return icons.sprite(called, perhaps)


def sheet() -> bytes:
    """Return the parts of the style sheet joined in the order of their names, as a single file."""
    parts = sorted((ROOT / "frontend_templates" / "styles").glob("*.css"))
    return _bare(b"\n".join(part.read_bytes() for part in parts))


def screen_sheet() -> bytes:
    """Return the style sheet of a kiosk screen: tokens, drawings, slides and its own rules."""
    styles = ROOT / "frontend_templates"
    parts = [*(styles / "styles" / name for name in OF_SCREENS), styles / SCREEN_SHEET]
    return _bare(b"\n".join(part.read_bytes() for part in parts))


def _bare(styles: bytes) -> bytes:
    """Return styles without comments and indentation, which a seventh of their bytes was."""
    return INDENTED.sub(b"\n", COMMENT.sub(b"", styles))


def _script() -> bytes:
    """Return our script and htmx as a single file; ours is first, for its "use strict"."""
    ours = ROOT / "frontend_templates" / SCRIPT
    return ours.read_bytes() + b"\n" + _htmx().read_bytes()


def _htmx() -> Path:
    """Return the path of the htmx script that django-htmx ships."""
    package = importlib.util.find_spec("django_htmx")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the package django-htmx is not installed")
    static = Path(package.submodule_search_locations[0]) / "static"
    return static / "django_htmx" / "htmx-2.min.js"


def _stamp(*inputs: bytes) -> str:
    """Return a hash of a file's sources."""
    return hashlib.sha256(b"\0".join(inputs)).hexdigest()


def _write(output: Path, *, stamp: str, make: Callable[[], bytes]) -> None:
    """Build a file unless its stamp is current; readers never see an unfinished file.

    Two processes may build it at the same time: each writes a file of its own, and the last rename
    wins.
    """
    stamp_file = output.with_name(f".{output.name}.stamp")
    if output.exists() and stamp_file.exists() and stamp_file.read_text("ascii") == stamp:
        return
    unfinished = output.with_name(f".{output.name}.{os.getpid()}.new")
    unfinished.write_bytes(make())
    unfinished.replace(output)
    stamp_file.write_text(stamp, "ascii")
