"""Contrast of two colours, by WCAG 2.2."""


def channels(colour: str) -> tuple[float, float, float]:
    """Read #rgb or #rrggbb as three linear amounts of light."""
    digits = colour.removeprefix("#")
    if len(digits) == 3:  # noqa: PLR2004  the short form
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    return _linear(red), _linear(green), _linear(blue)


def _linear(level: int) -> float:
    """Return the linear light of a level, which screens store with a gamma curve."""
    light = level / 255
    return light / 12.92 if light <= 0.04045 else ((light + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  sRGB


def luminance(colour: str) -> float:
    """Weigh a colour's light as an eye does."""
    red, green, blue = channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Compare two colours: 1 is the same light, 21 is black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def worst(colour: str, grounds: tuple[str, ...]) -> float:
    """Give the poorest ratio of a colour over several grounds."""
    return min(ratio(colour, ground) for ground in grounds)
