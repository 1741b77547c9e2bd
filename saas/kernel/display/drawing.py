"""Common parts of drawings. Coordinates leave Python as text: a template would write 12,5."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """A named sum of cents."""

    name: str
    cents: int


def at(value: float) -> str:
    """Write a coordinate, short and with a point."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written
