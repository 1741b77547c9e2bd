"""Sentences in both languages, and whether they read well."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import translation

SPACE = "\N{NO-BREAK SPACE}"


def in_both(say: Callable[..., object], *about: Any, **facts: Any) -> tuple[str, str]:
    """Return a sentence in French and in English, and assert that both read well."""
    sentences = []
    for language in ("fr", "en"):
        with translation.override(language):
            sentences.append(str(say(*about, **facts)))
    for text in sentences:
        assert reads_well(text), text
    french, english = sentences
    assert french != english, "it is not translated"
    return french, english


def reads_well(text: str) -> bool:
    """Return True if a text contains only words: no identifier, no placeholder left to fill."""
    return bool(text.strip() == text and text and not re.search(r"%\(|_|None|  |\.\.|\{", text))


def all_different(texts: Sequence[str]) -> bool:
    return len({*texts}) == len(texts)
