"""Theme of a space: ten values, readable everywhere, derived from the single colour it chose.

The hue stays the space's own. Its chroma is capped, and its lightness moves until every pair of
text and ground reaches 5 to 1, in the light and in the dark theme. Lightness, chroma and hue are
those of OKLCH, where equal steps look equal.
"""

import hashlib
import math
import re
from dataclasses import dataclass

from saas.kernel.display.contrast import channels, worst

LIGHT_GROUNDS = ("#f6f5f1", "#ffffff")
DARK_GROUNDS = ("#121819", "#1b2325")
ENOUGH = 5.0
STRONGEST = 0.12
OWN_SEED = "#0b5f63"
SEED = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Pair:
    """Colour in the light theme and its counterpart in the dark theme."""

    light: str
    dark: str

    def css(self) -> str:
        """Write both as CSS does."""
        return f"light-dark({self.light}, {self.dark})"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a space, ready for the page."""

    accent: Pair
    accent_ink: Pair
    accent_soft: Pair
    night: Pair
    night_ink2: Pair


OWN = Theme(
    accent=Pair("#0b5f63", "#62c6c2"),
    accent_ink=Pair("#ffffff", "#04211f"),
    accent_soft=Pair("#dff0ee", "#143534"),
    night=Pair("#0c3b40", "#0f2f33"),
    night_ink2=Pair("#bfd6d3", "#bfd6d3"),
)


def theme(seed: str) -> Theme:
    """Return a space's theme from the colour that it chose."""
    if not SEED.fullmatch(seed):
        raise ValueError(f"{seed!r} is not a colour such as {OWN_SEED}.")
    if seed.lower() == OWN_SEED:
        return OWN
    hue, chroma = _hue_and_chroma(seed)
    chroma = min(chroma, STRONGEST)
    soft = Pair(colour(0.945, min(chroma, 0.025), hue), colour(0.295, min(chroma, 0.045), hue))
    pale = colour(0.86, min(chroma, 0.035), hue)
    return Theme(
        accent=Pair(
            _readable(0.50, -0.01, chroma=chroma, hue=hue, grounds=(*LIGHT_GROUNDS, soft.light)),
            _readable(
                0.72, 0.01, chroma=min(chroma, 0.10), hue=hue, grounds=(*DARK_GROUNDS, soft.dark)
            ),
        ),
        accent_ink=Pair("#ffffff", colour(0.22, min(chroma, 0.04), hue)),
        accent_soft=soft,
        night=Pair(colour(0.32, min(chroma, 0.065), hue), colour(0.27, min(chroma, 0.045), hue)),
        night_ink2=Pair(pale, pale),
    )


def theme_css(seed: str) -> str:
    """Return the style sheet of a space's colours, applied over the shared style sheet."""
    own = theme(seed)
    lines = (
        f"--accent: {own.accent.css()};",
        f"--accent-ink: {own.accent_ink.css()};",
        f"--accent-soft: {own.accent_soft.css()};",
        f"--night: {own.night.css()};",
        f"--night-ink2: {own.night_ink2.css()};",
    )
    body = "\n".join(f"    {line}" for line in lines)
    return f"@layer tokens {{\n  :root {{\n{body}\n  }}\n}}\n"


def theme_hash(seed: str) -> str:
    """Give the few signs that name a space's style sheet, so that it can be kept for ever."""
    return hashlib.sha256(theme_css(seed).encode()).hexdigest()[:12]


def colour(lightness: float, chroma: float, hue: float) -> str:
    """Write an OKLCH colour as #rrggbb, with less chroma where a screen has not that much."""
    while True:
        light = _light(lightness, chroma, hue)
        if all(-1e-4 <= amount <= 1.0001 for amount in light) or chroma < 0.002:  # noqa: PLR2004
            break
        chroma -= 0.004
    return "#" + "".join(f"{_level(amount):02x}" for amount in light)


def _readable(
    start: float, step: float, *, chroma: float, hue: float, grounds: tuple[str, ...]
) -> str:
    """Move the lightness until the colour can be read on every ground; black and white can."""
    lightness = start
    while 0 < lightness < 1:
        found = colour(lightness, chroma, hue)
        if worst(found, grounds) >= ENOUGH:
            return found
        lightness += step
    raise ValueError("No lightness of this hue can be read.")


def _light(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Turn OKLCH into linear red, green and blue."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _level(light: float) -> int:
    """Turn linear light into the level that a screen stores."""
    light = min(1.0, max(0.0, light))
    curved = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055  # noqa: PLR2004
    return round(255 * min(1.0, curved))


def _hue_and_chroma(seed: str) -> tuple[float, float]:
    """Read the hue and the chroma of a colour."""
    red, green, blue = channels(seed)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return math.degrees(math.atan2(b, a)) % 360, math.hypot(a, b)
