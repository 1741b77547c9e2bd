"""Patches of the product, and the way back."""

from collections.abc import Callable
from typing import Any

undoing: list[Callable[[], None]] = []


def replace(owner: Any, name: str, broken: Any) -> None:
    """Replace an attribute by a broken version; raises KeyError if it does not exist."""
    original = vars(owner)[name]
    setattr(owner, name, broken)
    undoing.append(lambda: setattr(owner, name, original))
