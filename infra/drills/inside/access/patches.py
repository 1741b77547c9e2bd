"""Patches of the product, and the way back."""

from collections.abc import Callable
from typing import Any

undoing: list[Callable[[], None]] = []


def replace(owner: Any, name: str, broken: Any) -> None:
    """Put something broken in the place of what is there; planted in a gap, nobody would see it."""
    original = vars(owner)[name]
    setattr(owner, name, broken)
    undoing.append(lambda: setattr(owner, name, original))
