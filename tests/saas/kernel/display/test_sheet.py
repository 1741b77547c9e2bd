"""The single style sheet and the single script stay small, local, and in use by templates."""

import functools
import gzip
import itertools
import re
from pathlib import Path

import pytest

from infra.assets.build import screen_sheet, sheet

TEMPLATES = Path(__file__).resolve().parents[4] / "frontend_templates"
PARTS = sorted((TEMPLATES / "styles").glob("*.css"))
SHEET, SCREENS = sheet().decode(), screen_sheet().decode()
# Screens load a sheet of their own.
OF_SCREENS = ("screen", "touch", "take_along")
SCRIPT = (TEMPLATES / "troovon.js").read_bytes()
# A part can be read at a single sitting.
MOST_LINES = 300
TAGS = re.compile(r"{{.*?}}|{%.*?%}")
CLASSES = re.compile(r'\bclass="((?:[^"{]|{{.*?}}|{%.*?%})*)"')
NAMES = re.compile(r"\.(-?[a-zA-Z][\w-]*)")
NO_NAMES = re.compile(r'/\*.*?\*/|"[^"]*"|\d*\.\d+\w*', re.DOTALL)


def classes_of(template: Path) -> set[str]:
    """Return the class names of a template, without names that depend on a tag."""
    found = CLASSES.findall(template.read_text("utf-8"))
    return {name for words in found for name in TAGS.sub(" ", words).split()}


@pytest.mark.parametrize(
    ("content", "most"), [(sheet(), 13_000), (SCRIPT, 6_200)], ids=["sheet", "script"]
)
def test_a_file_stays_within_its_budget(content: bytes, most: int) -> None:
    assert len(gzip.compress(content)) <= most


def test_part_of_the_sheet_is_read_in_one_sitting() -> None:
    assert PARTS
    long = [part.name for part in PARTS if len(part.read_text("utf-8").splitlines()) > MOST_LINES]
    assert long == []


def test_every_class_of_a_page_has_a_rule() -> None:
    pages = {page.relative_to(TEMPLATES): page for page in TEMPLATES.rglob("*.html")}
    unknown = {
        f"{name}: {one}"
        for name, page in pages.items()
        if "emails" not in name.parts
        for one in classes_of(page)
        if not has_a_rule(one, SCREENS if name.stem.startswith(OF_SCREENS) else SHEET)
    }
    assert not unknown


@functools.cache
def names_in(styles: str) -> set[str]:
    """Read the class names that a sheet has rules for."""
    return set(NAMES.findall(NO_NAMES.sub("", styles)))


def has_a_rule(name: str, styles: str) -> bool:
    """Return True if a sheet has a rule for a class, or for a name that a tag completes."""
    known = names_in(styles)
    return name in known or (name.endswith("-") and any(one.startswith(name) for one in known))


def test_the_layers_stand_in_their_order() -> None:
    layers = ["tokens", "base", "layout", "parts", "utils"]
    assert f"@layer {', '.join(layers)};" in SHEET
    opened = re.findall(r"^@layer (\w+) {", SHEET, re.MULTILINE)
    assert [name for name, _ in itertools.groupby(opened)] == layers


def test_nothing_comes_from_elsewhere() -> None:
    assert set(re.findall(r"url\(([^)]*)\)", SHEET)) == {'"figtree.woff2"', '"bricolage.woff2"'}
    assert "@import" not in SHEET
    script = (TEMPLATES / "troovon.js").read_text("utf-8")
    assert not re.search(r"https?://|\beval\b|new Function", script)


def test_other_ways_of_looking_are_thought_of_and_nothing_moves_for_who_asked_for_rest() -> None:
    for query in ("(forced-colors: active)", "print", "(prefers-reduced-motion: no-preference)"):
        assert f"@media {query}" in SHEET
    motion = SHEET.count("transition:") + SHEET.count("animation:")
    assert motion == SHEET.count("prefers-reduced-motion: no-preference")
