"""The picture in README: the home page of the first space, as an employee sees it."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import ViewportSize

from infra.screenshots.camera import LOCALES, SETTLED, chromium, person, sign_in

SIZE = ViewportSize(width=1280, height=900)
COLOURS = 256


def take(stack: dict[str, Any], to: Path) -> None:
    """Take it, with few enough colours that a clone stays small."""
    space = stack["spaces"][0]
    with chromium() as browser:
        window = browser.new_context(
            locale=LOCALES["fr"], viewport=SIZE, reduced_motion="reduce", color_scheme="light"
        )
        sign_in(window, person(stack["people"], "employee", space["slug"]))
        page = window.new_page()
        page.goto(space["url"])
        page.evaluate(SETTLED)
        drawn = Image.open(io.BytesIO(page.screenshot()))
    to.parent.mkdir(parents=True, exist_ok=True)
    drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)
