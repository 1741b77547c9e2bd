"""A space may choose any colour: the derived colours are readable everywhere."""

import colorsys

import pytest

from saas.kernel.display.accent import OWN, OWN_SEED, theme, theme_css, theme_hash
from saas.kernel.display.contrast import ratio, worst

SEEDS = [
    "#"
    + "".join(f"{round(255 * part):02x}" for part in colorsys.hsv_to_rgb(hue / 360, much, light))
    for hue in range(0, 360, 2)
    for much in (0, 0.25, 0.5, 1)
    for light in (0.05, 0.35, 0.7, 1)
]
SAMPLE = SEEDS[::7]  # all of them take a second
HARD = ["#ffd400", "#00ff00", "#ffff00", "#ffffff", "#000000", "#0000ff", "#808080"]


def test_a_seed_becomes_an_accent_that_can_be_read() -> None:
    assert len(SEEDS) == 2880
    for seed in (*HARD, *SAMPLE):
        assert_readable(seed)


def assert_readable(seed: str) -> None:
    own = theme(seed)
    assert worst(own.accent.light, ("#f6f5f1", "#ffffff", own.accent_soft.light)) >= 5
    assert worst(own.accent.dark, ("#121819", "#1b2325", own.accent_soft.dark)) >= 5
    assert ratio(own.accent_ink.light, own.accent.light) >= 4.5
    assert ratio(own.accent_ink.dark, own.accent.dark) >= 4.5
    assert ratio("#1b2426", own.accent_soft.light) >= 7
    assert ratio("#eef1ee", own.accent_soft.dark) >= 7
    for night in (own.night.light, own.night.dark):
        assert worst(night, ("#f4f7f3", "#ffd05c", own.night_ink2.light)) >= 7


def test_a_colour_keeps_its_hue_and_the_house_s_own_is_set_by_hand() -> None:
    plum = theme("#7a3ea8").accent.light
    red, green, blue = (int(plum[place : place + 2], 16) for place in (1, 3, 5))
    assert green < red < blue
    assert theme(OWN_SEED.upper()) == OWN


def test_the_sheet_of_a_space_overrides_the_tokens_alone_and_is_named_by_what_it_holds() -> None:
    css = theme_css("#7a3ea8")
    assert css.startswith("@layer tokens {\n  :root {\n    --accent: light-dark(#")
    assert css.count("light-dark(") == css.count("--") == 5
    assert theme_hash("#7a3ea8") == theme_hash("#7A3EA8") != theme_hash("#7a3ea9")


@pytest.mark.parametrize("seed", ["red", "#12", "#12345g", "#0b5f63;}", ""])
def test_text_that_is_no_colour_is_refused(seed: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        theme(seed)
