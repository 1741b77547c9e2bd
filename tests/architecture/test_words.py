"""The words of the product: French as it is set in print, and nothing left untranslated."""

import ast
import functools
import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from infra.demo.seed.rows.board import MORE_TITLES, ROWS
from saas.commands import words
from tests.architecture.source import ROOT, nodes_of, parsed, source_of, sources, texts_of

SEED = sorted((ROOT / "infra" / "demo" / "seed").rglob("*.py"))
FAULTS = {
    "a plain space before ; : ! ? » % €": re.compile(r" (?:[;:!?»€]|%(?!\())"),
    "no space before ; ! ?": re.compile(r"(?<!&amp)(?<!&nbsp)(?<=[^\W\d_])[;!?](?=\s|$)"),
    "no no-break space after «": re.compile("«(?!\u00a0)"),
    "another space than U+202F before ; ! ?": re.compile("\u00a0[;!?]"),
    "another space than U+00A0 before : » % €": re.compile("\u202f(?:[:»€]|%(?!\\())"),
    "a straight quote": re.compile("'"),
    "three dots": re.compile(r"\.\.\."),
}


def faults_of(text: str) -> list[str]:
    return [fault for fault, pattern in FAULTS.items() if pattern.search(text)]


@functools.cache
def product_words() -> words.Words:
    """Return all strings of code and templates, extracted a single time for all tests."""
    return words.extracted()


def test_product_sentences_are_set_as_french_is() -> None:
    found = [
        f"{text!r}: {fault}"
        for word in product_words().values()
        for text in (word.text, word.plural)
        for fault in faults_of(text)
    ]
    assert not found


@pytest.mark.parametrize("path", SEED, ids=lambda path: path.stem)
def test_demo_sentences_are_set_as_french_is(path: Path) -> None:
    found = [
        f"{text!r}: {fault}"
        for _, text in texts_of(source_of(path).tree)
        for fault in faults_of(text)
    ]
    assert not found


def test_command_words_leaves_whole_catalogues_as_they_are(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    extracted = product_words()
    monkeypatch.setattr(words, "extracted", lambda: extracted)
    before = Path(settings.LOCALE_PATHS[0])
    settings.LOCALE_PATHS = [shutil.copytree(before, tmp_path / "locale")]
    output = io.StringIO()
    call_command("words", stdout=output)
    assert output.getvalue() == "fr: 0 to translate\nen: 0 to translate\n"
    for language in ("fr", "en"):
        name = f"{language}/LC_MESSAGES/django.po"
        assert (tmp_path / "locale" / name).read_bytes() == (before / name).read_bytes()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_catalogue_holds_the_product_s_words_and_nothing_else(language: str) -> None:
    assert words.missing(language, product_words()) == []
    assert words.unused(language, product_words()) == []


def test_french_catalogue_says_what_the_code_says() -> None:
    counted = [message for message in words.known("fr") if message.pluralizable]
    assert [one.id for one in counted if list(one.id) != list(one.string or "")] == []


@pytest.mark.parametrize(
    "text",
    [
        "Perdu ?",
        "Perdu?",
        "Perdu\u00a0?",
        "Menu : riz",
        "Menu\u202f: riz",
        "« oui »",
        "l'atelier",
        "Encore...",
        "20 %",
        "12 € au plus",
    ],
)
def test_a_fault_is_found(text: str) -> None:
    assert faults_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Perdu\u202f?",
        "Menu\u00a0: riz",
        "«\u00a0oui\u00a0»",
        "l’atelier",
        "Encore…",
        "20\u00a0% de %(name)s, à 12:30 %(place)s",
        "Pain &amp; vin",
    ],
)
def test_good_french_is_no_fault(text: str) -> None:
    assert not faults_of(text)


def test_docstrings_are_no_texts_of_the_demo() -> None:
    module = parsed('"""It\'s told."""\nTEXT = "Perdu ?"\n')
    assert [text for _, text in texts_of(module.tree)] == ["Perdu ?"]


def test_the_demo_says_nothing_twice_on_its_board() -> None:
    titles = [row.title for row in ROWS] + [title for _kind, title, _cents in MORE_TITLES]
    assert len(set(titles)) == len(titles)


def test_no_word_is_marked_by_a_name_that_the_catalogues_do_not_know() -> None:
    """A function that looks words up under another name would leave its words untranslated."""
    unknown = {
        source.at(node, str(name.asname))
        for source in sources()
        for node in nodes_of(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name and (name.asname or name.name) not in words.KEYWORDS
    }
    assert not unknown
