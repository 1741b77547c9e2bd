"""A single sprite of the icons named by templates and code, cut from the zip of django-lucide."""

import importlib.util
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

CALL = re.compile(r'{%\s*icon "([a-z0-9-]+)"')
NAMED = re.compile(r'\b(?:symbol|icon|action_icon)"?\s*[=:]\s*"([a-z][a-z0-9-]+)"')
OF_CHOICES = re.compile(r"\bicons=\{([^}]*)\}")
OF_A_CHOICE = re.compile(r':\s*"([a-z][a-z0-9-]+)"')
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
ALWAYS = [
    "tag",
    "gift",
    "hand-helping",
    "key-round",
    "repeat",
    "search",
    "wrench",
    "store",
    "landmark",
    "croissant",
    "utensils",
    "coffee",
    "bike",
    "dumbbell",
    "book-open",
    "newspaper",
    "headphones",
    "clapperboard",
    "map",
    "flower",
    "scissors",
    "shirt",
    "leaf",
    "pill",
    "library",
    "bus",
    "car",
    "stethoscope",
    "baby",
    "house",
    "users",
    "circle-check",
    "triangle-alert",
    "clock",
    "map-pin",
    "calendar",
    "calendar-days",
    "ticket",
    "log-in",
    "log-out",
    "palette",
    "sprout",
    "megaphone",
    "image",
    "info",
    "lock",
    "shield",
    "flag",
    "paw-print",
    "cigarette",
    "copy",
    "ellipsis",
    "eye-off",
    "user",
]


class UnknownIcon(LookupError):  # noqa: N818  it is what it is
    """A template names an icon that the package does not have."""


def lucide_zip() -> Path:
    """Find the zip of icons in the installed package, without importing it."""
    spec = importlib.util.find_spec("lucide")
    if spec is None or spec.origin is None:
        raise UnknownIcon("The package django-lucide is not installed.")
    return Path(spec.origin).parent / "lucide.zip"


def names_in(templates: Iterable[Path], code: Iterable[Path]) -> tuple[set[str], set[str]]:
    """Collect the icons that templates call, and the words in both that may be icons."""
    called: set[str] = set()
    perhaps: set[str] = set(ALWAYS)
    for template in templates:
        text = template.read_text("utf-8")
        called.update(CALL.findall(text))
        perhaps.update(NAMED.findall(text))
    for module in code:
        text = module.read_text("utf-8")
        perhaps.update(NAMED.findall(text))
        for choices in OF_CHOICES.findall(text):
            perhaps.update(OF_A_CHOICE.findall(choices))
    return called, perhaps


def sprite(called: set[str], perhaps: set[str], *, package: Path | None = None) -> str:
    """Return the sprite; raise for a missing `called` icon, skip a missing `perhaps` icon."""
    with zipfile.ZipFile(package or lucide_zip()) as icons:
        known = {name.removesuffix(".svg") for name in icons.namelist() if name.endswith(".svg")}
        if missing := called - known:
            raise UnknownIcon(f"No such icon: {', '.join(sorted(missing))}.")
        symbols = [
            _symbol(name, icons.read(f"{name}.svg").decode())
            for name in sorted(called | (perhaps & known))
        ]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _symbol(name: str, svg: str) -> str:
    """Return an icon's SVG file as a symbol of the sprite."""
    body = BODY.search(svg)
    if body is None:
        raise UnknownIcon(f"{name} is not a drawing.")
    lines = re.sub(r"\s+", " ", body[1]).replace(" />", "/>").replace("> <", "><").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>'
