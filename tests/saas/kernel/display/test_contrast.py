"""Every pair of text and ground can be read, recomputed from the style sheet itself."""

import re

import pytest

from infra.assets.build import sheet
from saas.kernel.display.contrast import channels, ratio

TOKEN = re.compile(r"--([a-z0-9-]+): (?:light-dark\((#\w+), (#\w+)\)|(#\w+));")
GROUNDS = ("paper", "card", "sunk")
PAIRS = [
    *(("ink", ground, 7) for ground in (*GROUNDS, "accent-soft", "sun-soft")),
    *(("ink2", ground, 4.5) for ground in GROUNDS),
    *(("accent", ground, 4.5) for ground in ("paper", "card", "accent-soft")),
    ("accent-ink", "accent", 4.5),
    ("sun-ink", "sun", 7),
    ("night-ink", "night", 7),
    ("night-ink2", "night", 4.5),
    ("sun", "night", 4.5),
    *(("sponsor", ground, 4.5) for ground in ("card", "sun-soft")),
    *((tone, ground, 4.5) for tone in ("ok", "warn", "bad") for ground in ("card", f"{tone}-soft")),
    *(("ink", ground, 7) for ground in ("ok-soft", "warn-soft", "bad-soft")),
    *(
        (text, f"flow-{tone}", 4.5)
        for text in ("ink", "ink2")
        for tone in ("accent", "sun", "grey")
    ),
    *(("edge", ground, 3) for ground in ("card", "paper")),
    *(("focus", ground, 3) for ground in ("card", "paper")),
]


def tokens(theme: int) -> dict[str, str]:
    """Read the colours of the light (0) or the dark (1) theme."""
    text = sheet().decode()
    found = {name: both[theme] or one for name, *both, one in TOKEN.findall(text)}
    found["flow-accent"] = mixed(found["accent"], found["card"], 0.24)
    return found


def mixed(colour: str, ground: str, part: float) -> str:
    """Mix two colours as `color-mix(in srgb, …)` does."""
    pairs = [
        (int(one[place : place + 2], 16), int(other[place : place + 2], 16))
        for one, other in [(colour.removeprefix("#"), ground.removeprefix("#"))]
        for place in (0, 2, 4)
    ]
    return "#" + "".join(f"{round(a * part + b * (1 - part)):02x}" for a, b in pairs)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_a_pair_can_be_read(theme: int) -> None:
    colours = tokens(theme)
    for text, ground, needed in PAIRS:
        assert ratio(colours[text], colours[ground]) >= needed, (text, ground)


def test_black_on_white_is_the_best_there_is_in_either_form_of_a_colour() -> None:
    assert ratio("#000000", "#fff") == pytest.approx(21)
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert channels("#fa0") == channels("#ffaa00")
