"""Names and docstrings are the field's: nouns and verbs, one meaning each, no riddles."""

import ast
import functools
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.architecture.source import ROOT, Source

# A sentence that begins so says what a thing is about before it says what the thing is.
RIDDLES = {"what", "whatever", "where", "who", "whoever", "whom", "whose"}
# Verbs that say nothing of what is done to what.
EMPTY_VERBS = {"_tell", "converge", "do", "keep", "look", "note", "tell"}
# Identifiers of former days, by the name that took their place.
FORMER = {
    "CouncilHere": "OwnCouncil",
    "DayKey": "DailySalt",
    "Sighting": "PlacementEvent",
    "StripeIntent": "StripeCall",
    "StripeSaidNo": "StripeCallFailed",
    "WAKES": "ROUTES",
    "ask_again": "force_switch",
    "come_in": "enter",
    "share_here": "own_share",
    "to_every_space": "fan_out",
    "told_at": "mailed_at",
}
WRITTEN = ("*.py", "*.html", "*.sql", "*.toml", "*.md", "*.yaml", ".ci/run")


def tracked(*patterns: str) -> list[str]:
    """Names of the committed files of these patterns, this file left out."""
    listed = subprocess.run(  # noqa: S603 - names of our own
        ["git", "ls-files", "--", *patterns],  # noqa: S607 - git, wherever it is
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [
        name
        for name in listed.stdout.splitlines()
        if (ROOT / name).is_file() and not name.endswith("architecture/test_names.py")
    ]


def parsed(text: str, name: str = "example.py") -> Source:
    return Source(ROOT / name, ast.parse(text))


@functools.cache
def everything() -> tuple[Source, ...]:
    """Every committed Python file, tests too; what Django writes of migrations is left out."""
    names = tracked("*.py", ":!*/migrations/*")
    return tuple(parsed((ROOT / name).read_text(), name) for name in names)


def riddles(source: Source) -> Iterator[str]:
    """Docstrings that begin with a pronoun or an adverb instead of a noun or a verb."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = re.match(r"\w+", ast.get_docstring(node) or "")
        if first and first.group().lower() in RIDDLES:
            yield source.at(node, f"begins with {first.group()}")


def empty_verbs(source: Source) -> Iterator[str]:
    """Functions whose name doesn't say what they do to what."""
    for function in source.functions():
        if function.name in EMPTY_VERBS:
            yield source.at(function, function.name)


def shared_class_names(files: list[Source]) -> list[str]:
    """Classes that bear one name in two modules of one package; Django names its commands."""
    places = defaultdict(list)
    for source in files:
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and source.path.parent.name != "commands":
                places[source.path.parent, node.name].append(source.at(node, node.name))
    return [place for found in places.values() if len(found) > 1 for place in found]


def test_docstrings_begin_with_the_thing_or_the_verb() -> None:
    assert not [finding for source in everything() for finding in riddles(source)]


@pytest.mark.parametrize(
    "text",
    [
        '"""What stands here."""',
        'class A:\n    """Who asks."""',
        'def a():\n    """Whoever asks."""',
        'async def a():\n    """Where it is, and why."""',
        'class A:\n    def _b(self):\n        """Whatever happens."""',
    ],
)
def test_docstring_that_begins_with_a_riddle_is_found(text: str) -> None:
    assert list(riddles(parsed(text)))


def test_functions_say_what_they_do_to_what() -> None:
    assert not [finding for source in everything() for finding in empty_verbs(source)]
    assert list(empty_verbs(parsed("class A:\n    def tell(self): ...")))


def test_classes_of_a_package_have_names_of_their_own() -> None:
    product = [source for source in everything() if not source.name.startswith("tests/")]
    assert not shared_class_names(product)
    twins = [parsed("class Account: ...", f"billing/models/{name}.py") for name in ("a", "b")]
    assert len(shared_class_names(twins)) == len(twins)


def test_former_identifiers_are_gone() -> None:
    left = [
        f"{name}: {word}, now {FORMER[word]}"
        for name in tracked(*WRITTEN)
        for word in set(re.findall(r"\w+", (ROOT / name).read_text())) & FORMER.keys()
    ]
    assert not left
    assert not tracked("saas/kernel/looks*")
