"""Docstrings and comments are plain: words that hide a subject stay rare, in each file."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.architecture.source import (
    ROOT,
    Source,
    definitions_of,
    files_of_git,
    parsed,
    source_of,
    uncollected,
)

# Words in 1,000 of all docstrings and comments; the ceiling only falls. Django's own have 5.
MOST = 3
MOST_IN_A_FILE = 40
FEWEST_WORDS = 60
PACKAGES = ("saas", "tenants", "billing", "api", "infra", "tests")
MARKERS = re.compile(
    r"\b(?:who|whoever|whomever|whom|whose|what|nobody|somebody|everybody|ones?|oneself|none"
    r"|no more|any more|anew|once more|(?:of|by|to|from|in|under|for|with) which"
    r"|says?|tells?|knows?|stands?|in words|that (?:it )?is)\b",
    re.IGNORECASE,
)


def prose(text: str, source: Source) -> str:
    """Return the docstrings and comments of a module."""
    nodes = definitions_of(source.tree)
    found = [docstring for node in nodes if (docstring := ast.get_docstring(node))]
    found += [
        token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and not re.search(r"noqa|type:", token.string)
    ]
    return " ".join(found)


def counts(text: str) -> tuple[int, int]:
    """Return the number of words, and of markers among them."""
    return len(re.findall(r"[A-Za-z']+", text)), len(MARKERS.findall(text))


def modules() -> list[Path]:
    """Return our Python files but for migrations, which are written by a program."""
    names = [name for name in files_of_git("*.py") if name.split("/")[0] in PACKAGES]
    return [ROOT / name for name in names if "/migrations/" not in name]


def test_prose_of_the_code_is_plain() -> None:
    with uncollected():
        measured = {path: counts(prose(path.read_text(), source_of(path))) for path in modules()}
    words = sum(pair[0] for pair in measured.values())
    markers = sum(pair[1] for pair in measured.values())
    assert words > 50_000
    assert 1_000 * markers / words <= MOST
    riddles = [
        f"{path.relative_to(ROOT)}: {1_000 * found // here} in 1,000"
        for path, (here, found) in measured.items()
        if here > FEWEST_WORDS and 1_000 * found > MOST_IN_A_FILE * here
    ]
    assert riddles == []


@pytest.mark.parametrize(
    "text", ['"""Say what whoever stands there knows."""', "A = 1  # of which nobody tells"]
)
def test_words_that_hide_a_subject_are_counted(text: str) -> None:
    assert counts(prose(text, parsed(text)))[1] >= 2
