"""The texts of the product: the messages in code and templates, and their catalogues.

Babel extracts them, since a bare machine has no gettext; Django first turns templates into code, as
in its own `makemessages`.
"""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

ROOT = settings.ROOT
CODE = ("saas", "tenants", "billing", "api")
TEMPLATES = ROOT / "frontend_templates"
KEYWORDS: Any = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "later": None,  # `gettext_lazy` in a file with `gettext` as `_`
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_UNREAD_OF_A_HEAD = (
    *(b"#", b'"Project-Id-Version', b'"Report-Msgid', b'"POT-Creation', b'"PO-Revision'),
    *(b'"Last-Translator', b'"Language-Team', b'"Generated-By'),
)
_CALL = re.compile(r"\b(?:_|gettext|ngettext|pgettext|npgettext)\(")
FIRST_OF = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 1}


class Word(NamedTuple):
    """A translatable message: its context, its text, and its plural if it depends on a count."""

    context: str
    text: str
    plural: str


type Words = dict[tuple[str, str], Word]  # by context and text


def extracted() -> Words:
    """Return all messages of code and templates, by context and text."""
    words = {}
    for source in _sources():
        for word in _words_of(source):
            key = (word.context, word.text)
            if key not in words or word.plural:
                words[key] = word
    return words


def _sources() -> Iterator[str]:
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.read_text()
    for path in sorted(TEMPLATES.rglob("*")):
        if path.suffix in {".html", ".txt"}:
            yield "\n".join(_calls_in(templatize(path.read_text(), origin=str(path))))


def _calls_in(blotted: str) -> Iterator[str]:
    """Return the calls for words from a template that Django turned into something like code."""
    for begun in _CALL.finditer(blotted):
        ends = (end.end() for end in re.finditer(r"\)", blotted[begun.start() :]))
        candidates = (blotted[begun.start() : begun.start() + end] for end in ends)
        call = next((text for text in candidates if _is_whole(text)), None)
        if call:
            yield call


def _is_whole(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def _words_of(source: str) -> Iterator[Word]:
    found: Any = extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, messages, _comments in found:
        parts = [messages] if isinstance(messages, str) else list(messages)
        first = FIRST_OF.get(function, 0)
        counts = function.startswith(("ngettext", "npgettext"))
        if parts[first]:
            yield Word(parts[0] if first else "", parts[first], parts[first + 1] if counts else "")


def path_of(language: str) -> Path:
    """Return the path of a language's catalogue."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def known(language: str) -> Catalog:
    """Return a language's catalogue."""
    with path_of(language).open("rb") as text:
        return read_po(text, locale=language)


def is_needed(language: str, word: Word) -> bool:
    """Return True if a language's catalogue must contain a message: in French, only plurals."""
    return language != "fr" or bool(word.plural)


def missing(language: str, words: Words) -> list[Word]:
    """Return the messages without a translation."""
    catalogue = known(language)
    return [
        word
        for word in words.values()
        if is_needed(language, word) and not _is_translated(catalogue, word)
    ]


def unused(language: str, words: Words) -> list[str]:
    """Return the catalogue's messages that code and templates no longer use."""
    return [
        str(message.id)
        for message in known(language)
        if message.id and (message.context or "", _single(message.id)) not in words
    ]


def _is_translated(catalogue: Catalog, word: Word) -> bool:
    message = catalogue.get(word.text, word.context or None)
    if message is None:
        return False
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts) and bool(texts)


def _without_dates(text: bytes) -> bytes:
    """Remove from a header the fields for people: dates and empty forms conflict at each merge."""
    head, gap, rest = text.partition(b"\n\n")
    lines = head.splitlines()
    remaining = [line for line in lines if not line.startswith(_UNREAD_OF_A_HEAD)]
    return b"\n".join(remaining) + gap + rest


def _single(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def renew(language: str, words: Words) -> int:
    """Write a catalogue with exactly the used messages, keep translations, and count the gaps."""
    before = known(language) if path_of(language).exists() else Catalog(locale=language)
    after = Catalog(locale=language, charset="utf-8", fuzzy=False)
    # Babel learns new plural forms of French; the catalogue has those that it was written with.
    after.mime_headers = before.mime_headers
    for word in sorted(words.values()):
        if not is_needed(language, word):
            continue
        old = before.get(word.text, word.context or None)
        identifier = (word.text, word.plural) if word.plural else word.text
        remaining = (
            old.string if old is not None and bool(old.pluralizable) == bool(word.plural) else ""
        )
        after.add(identifier, remaining or None, context=word.context or None)
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, after, width=100, omit_header=False, no_location=True, sort_output=False)
    path_of(language).write_bytes(_without_dates(text.getvalue()))
    return len(missing(language, words))
