"""Templates: nothing inline, nothing foreign, nothing unescaped, and short."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TEMPLATES = sorted((ROOT / "frontend_templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]
MOST_LINES = 150
FORBIDDEN = {
    "safe filter": re.compile(r"\|\s*safe\b"),
    "autoescape off": re.compile(r"autoescape\s+off"),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>"),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "handler in an attribute": re.compile(r"\s(?:on[a-z]+|hx-on[^=\s]*)\s*="),
    "template of the icon package": re.compile(r"{%\s*load\s+lucide"),
}
TRANSLATED = re.compile(r"{% (blocktranslate|comment)\b.*?{% end\1 %}|{%.*?%}|{{.*?}}", re.DOTALL)
SPACED_COLON = re.compile(r"[ \u00a0]:\s")
IN_PAGES = {
    "style attribute": re.compile(r"\sstyle\s*="),
    "style element": re.compile(r"<style\b"),
    "foreign address": re.compile(r"""\s(?:src|href|action)\s*=\s*["']\s*(?:https?:)?//"""),
}


def findings(path: Path, patterns: dict[str, re.Pattern[str]]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number} {what}"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for what, pattern in patterns.items()
        if pattern.search(line)
    ]


def test_mail_that_asks_to_write_gives_the_address() -> None:
    mails = ROOT / "frontend_templates" / "emails"
    asking = [path.name for path in mails.rglob("*.*") if "crivez-nous" in path.read_text()]
    assert asking == ["contact.txt"]


def test_templates_are_found() -> None:
    assert len(TEMPLATES) > 20


def test_nothing_is_unescaped_inline_or_foreign() -> None:
    assert not [finding for path in TEMPLATES for finding in findings(path, FORBIDDEN)]
    assert not [finding for path in PAGES for finding in findings(path, IN_PAGES)]


def test_a_colon_between_translated_words_is_that_of_the_language() -> None:
    """Check that `{% colon %}` is used: only French has a space before a colon."""
    paths = [*TEMPLATES, *(ROOT / "frontend_templates").rglob("*.txt")]
    # A legal text is written whole in each language.
    ours = [path for path in paths if "legal" not in path.parts]
    texts = {path: TRANSLATED.sub("-", path.read_text()) for path in ours}
    assert [str(path) for path, text in texts.items() if SPACED_COLON.search(text)] == []


def test_a_template_can_be_read_in_one_sitting() -> None:
    long = [
        f"{path.relative_to(ROOT)} has {lines} lines"
        for path in TEMPLATES
        if (lines := len(path.read_text().splitlines())) > MOST_LINES
    ]
    assert not long


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("<p>{{ text|safe }}</p>", "safe filter"),
        ("<script>alert(1)</script>", "inline script"),
        ('<a onclick="go()">', "handler in an attribute"),
        ('<form hx-on:click="go()">', "handler in an attribute"),
        ('<img src="https://elsewhere.example/a.png">', "foreign address"),
        ('<p style="color:red">', "style attribute"),
    ],
)
def test_each_pattern_finds_what_it_is_for(line: str, what: str) -> None:
    assert ({**FORBIDDEN, **IN_PAGES})[what].search(line)


def test_each_landmark_of_a_template_is_named() -> None:
    landmark = re.compile(
        r"<(?:nav|aside)\b(?:{%.*?%}|[^>])*>|<[^>]*role=\"search\"(?:{%.*?%}|[^>])*>"
    )
    nameless = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in PAGES
        for found in landmark.finditer(path.read_text())
        if "aria-label" not in found[0]
    ]
    assert not nameless


@pytest.mark.parametrize(
    ("dl", "wordy"),
    [
        ("<dd>{{ cents|eur }}</dd>", []),
        ("<dd>{{ merchant.street }}</dd>", ["<dd>{{ merchant.street }}</dd>"]),
    ],
)
def test_words_in_a_sum_are_found(dl: str, wordy: list[str]) -> None:
    assert words_in_sums(f'<dl class="total"><dt>…</dt>{dl}</dl>') == wordy


def test_a_sum_holds_amounts_whose_lines_never_break() -> None:
    """Check that sums contain no text: it would overflow a phone's screen; `facts` wraps it."""
    assert not [(path, words) for path in PAGES if (words := words_in_sums(path.read_text()))]


def words_in_sums(template: str) -> list[str]:
    sums = re.findall(r'<dl class="total">.*?</dl>', template, re.DOTALL)
    values = [value for one in sums for value in re.findall(r"<dd.*?</dd>", one, re.DOTALL)]
    return [value for value in values if "|eur" not in value]
