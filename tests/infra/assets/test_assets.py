"""Icons, fonts and style sheets come from packages and code, and are made once."""

import io
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fontTools.ttLib import TTFont

from infra.assets import fonts, icons
from infra.assets.build import build

BUILD = """
from pathlib import Path
from infra.assets import build

for number in range(200):
    build._write(Path("{folder}") / "icons.svg", stamp=str(number), make=lambda: b"made")
"""


def test_the_sprite_holds_what_templates_call(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text('{% icon "heart" "s" %}{% include "x.html" with symbol="bell" %}', "utf-8")
    module = tmp_path / "rules.py"
    module.write_text('KINDS = {"sell": {"icon": "bike"}}\nchip(symbol="nonsense-word")', "utf-8")
    called, perhaps = icons.names_in([template], [module])
    assert called == {"heart"}
    assert {"bell", "bike", "nonsense-word"} <= perhaps
    drawn = ET.fromstring(icons.sprite(called, perhaps))  # noqa: S314  our own drawing
    names = {symbol.get("id") for symbol in drawn}
    assert {"heart", "bell", "bike"} <= names
    assert "nonsense-word" not in names


def test_a_template_that_calls_an_unknown_icon_is_named() -> None:
    with pytest.raises(icons.UnknownIcon, match="no-such-thing"):
        icons.sprite({"no-such-thing"}, set())


def test_two_builds_at_once_both_succeed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD.format(folder=str(tmp_path))]
    builds = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]  # noqa: S603
    assert [build.communicate()[1] for build in builds] == [b"", b""]


def test_a_second_build_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "cut", lambda font: font.output.encode())
    build(tmp_path)
    first = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    monkeypatch.setattr(fonts, "cut", lambda _font: pytest.fail("cut again"))
    build(tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == first
    made = {"icons.svg", "figtree.woff2", "bricolage.woff2", "troovon.js"}
    assert made <= set(first)


def test_the_script_is_ours_and_htmx_in_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "cut", lambda font: font.output.encode())
    build(tmp_path)
    ours, htmx = (tmp_path / "troovon.js").read_text("utf-8").split("\nvar htmx=")
    assert '"use strict";' in ours.splitlines()[:2]
    assert "data-poll-url" in ours
    assert "HX-Request" in htmx


def test_a_missing_file_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "cut", lambda font: font.output.encode())
    build(tmp_path)
    (tmp_path / "figtree.woff2").unlink()
    build(tmp_path)
    assert (tmp_path / "figtree.woff2").read_bytes() == b"figtree.woff2"


def test_a_font_keeps_french_signs_and_the_narrow_space_and_stays_small() -> None:
    cut = fonts.cut(fonts.FONTS[0])
    letters = TTFont(io.BytesIO(cut)).getBestCmap() or {}
    assert {ord(sign) for sign in "éàçœŒÀ€«»’…−\u00a0\u202f"} <= set(letters)
    assert ord("Ж") not in letters
    assert len(cut) < 24_000
