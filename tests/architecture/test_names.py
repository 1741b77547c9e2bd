"""Names and docstrings use the field's nouns and verbs, with a single meaning each."""

import ast
import functools
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest

from tests.architecture.source import (
    ROOT,
    Source,
    definitions_of,
    files_of_git,
    nodes_of,
    parsed,
    source_of,
)

# First words of a docstring that describe a subject before naming it.
RIDDLES = {"what", "whatever", "where", "who", "whoever", "whom", "whose"}
# Verbs without a meaning of their own: they do not name the action.
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
# Former words in names of functions, classes and modules, tests included: a mail is a mail, an
# event is received, a sign of an alphabet is a character. Prose may use them.
FORMER_WORDS = {
    *("door", "doors", "hear", "heard", "hears", "letter", "letters"),
    *("said", "tell", "tells", "told", "wake", "wakes", "woken"),
}
# Participles that describe an action instead of the value, in names of constants, variables,
# parameters and attributes.
FORMER_NAMES = FORMER_WORDS | {
    *("asked", "unasked", "kept", "knock", "knocking", "telling", "untold")
}
# Columns of a request: its time, the person that asked, and the time of the mail about it.
REQUEST_COLUMN = re.compile(r"(\w+_)?asked_(at|by|mailed_at)(_\w+)?")
# Alone, the word means a single character.
LETTERS = {"letter", "letters"}
# A test's name begins with its subject.
SUBJECTLESS = re.compile(
    r"test_(it|its|ones|they|them|what|who|whoever|whom|whose|whatever|where|he|she)_"
    r"|test_one_(is|of|that|who|whom|whose|with|without)_"
)
WRITTEN = ("*.py", "*.html", "*.sql", "*.toml", "*.md", "*.yaml", ".ci/run")


def tracked(*patterns: str) -> list[str]:
    """Names of the committed files of these patterns, this file left out."""
    return [
        name
        for name in files_of_git("--", *patterns)
        if (ROOT / name).is_file() and not name.endswith("architecture/test_names.py")
    ]


@functools.cache
def everything() -> tuple[Source, ...]:
    """Return every committed Python file, tests included, without Django's generated migrations."""
    names = tracked("*.py", ":!*/migrations/*")
    return tuple(source_of(ROOT / name) for name in names)


def riddles(source: Source) -> Iterator[str]:
    """Docstrings that begin with a pronoun or an adverb instead of a noun or a verb."""
    for node in definitions_of(source.tree):
        first = re.match(r"\w+", ast.get_docstring(node) or "")
        if first and first.group().lower() in RIDDLES:
            yield source.at(node, f"begins with {first.group()}")


def empty_verbs(source: Source) -> Iterator[str]:
    """Yield functions with a name that does not describe the action and its object."""
    for function in source.functions():
        if function.name in EMPTY_VERBS:
            yield source.at(function, function.name)


@functools.cache
def words_of(name: str) -> frozenset[str]:
    """Words of an identifier in either spelling, in lower case."""
    return frozenset(word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name))


def former_words(source: Source) -> Iterator[str]:
    """Yield modules, classes and functions with a former word in their name."""
    if words_of(source.name.removesuffix(".py")) & FORMER_WORDS:
        yield source.name
    for node in definitions_of(source.tree):
        if not isinstance(node, ast.Module) and words_of(node.name) & FORMER_WORDS:
            yield source.at(node, node.name)


def stored_names(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Yield each name that a value is bound to; a member of an enumeration is a stored state."""
    states = {
        id(node)
        for kind in nodes_of(source.tree)
        if isinstance(kind, ast.ClassDef)
        and any(re.search("Choices|Enum", ast.unparse(base)) for base in kind.bases)
        for node in ast.walk(kind)
    }
    for node in nodes_of(source.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            if id(node) not in states:
                yield node, node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.alias) and node.asname:
            yield node, node.asname


def former_names(source: Source) -> Iterator[str]:
    """Yield constants, variables, parameters and attributes with a former word in their name."""
    for node, name in stored_names(source):
        if name in LETTERS or REQUEST_COLUMN.fullmatch(name):
            continue
        if words_of(name) & FORMER_NAMES:
            yield source.at(node, name)


def subjectless_tests(source: Source) -> Iterator[str]:
    """Yield tests with a name that begins with a pronoun instead of the subject."""
    for function in source.functions():
        if SUBJECTLESS.match(function.name):
            yield source.at(function, function.name)


def shared_class_names(files: list[Source]) -> list[str]:
    """Return classes with the same name in two modules of a package; Django names its commands."""
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


def test_names_of_product_and_tests_hold_no_word_of_former_days() -> None:
    assert not [finding for source in everything() for finding in former_words(source)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def tell_link(): ...", "saas/a.py"),
        ("class A:\n    async def _was_told(self): ...", "saas/a.py"),
        ("class LoanLetter: ...", "tenants/a.py"),
        ("def a():\n    def open_door(): ...", "infra/a.py"),
        ("", "saas/accounts/doors.py"),
        ("", "tenants/doors/a.py"),
        ("def test_member_is_told_of_a_letter(): ...", "tests/a.py"),
        ("", "tests/billing/test_heard_events.py"),
    ],
)
def test_name_that_holds_a_former_word_is_found(text: str, name: str) -> None:
    assert list(former_words(parsed(text, name)))
    assert not list(former_words(parsed("def outdoors(): ...", "saas/a.py")))
    assert not list(former_words(parsed("def test_lettered_lines_say_so(): ...", "tests/a.py")))


def test_constants_variables_and_parameters_say_what_is_held() -> None:
    assert not [finding for source in everything() for finding in former_names(source)]


@pytest.mark.parametrize(
    "text",
    [
        "told = 1",
        "for asked in (): ...",
        "a = [said for said in b]",
        "TOLD_WITHIN = 2",
        "_KEPT: list[int] = []",
        "DRAFTS_ARE_KEPT, LETTERS = 1, 2",
        "class A:\n    MOST_ASKED = 3",
        "class A:\n    kept_cents: int",
        "def a(*, kept): ...",
        "def a(*, door='', is_told=False): ...",
        "a = lambda heard_at: 1",
        "self.letter_path = 1",
        "import a as letters_of_a",
    ],
)
def test_name_that_says_what_was_done_is_found(text: str) -> None:
    assert list(former_names(parsed(text)))


@pytest.mark.parametrize(
    "text",
    [
        "a = b.asked(told())",
        "stop_asked_at = asked_by_id = 1",
        "for letter in 'abc': ...",
        "class State(models.TextChoices):\n    ASKED = 'asked'",
    ],
)
def test_use_column_alphabet_or_state_is_no_former_name(text: str) -> None:
    assert not list(former_names(parsed(text)))


def test_names_of_tests_begin_with_their_subject() -> None:
    tests = [source for source in everything() if source.name.startswith("tests/")]
    assert not [finding for source in tests for finding in subjectless_tests(source)]
    assert list(subjectless_tests(parsed("def test_it_is_refused(): ...")))
    assert list(subjectless_tests(parsed("async def test_whoever_left_is_out(): ...")))
    assert not list(subjectless_tests(parsed("def test_itinerary_is_kept(): ...")))


def test_former_identifiers_are_gone() -> None:
    left = [
        f"{name}: {word}, now {FORMER[word]}"
        for name in tracked(*WRITTEN)
        for text in [(ROOT / name).read_text()]
        for word in FORMER
        if word in text and re.search(rf"\b{word}\b", text)
    ]
    assert not left
    assert not tracked("saas/kernel/looks*")
