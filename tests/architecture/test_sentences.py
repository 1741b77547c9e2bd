"""Sentences for pages and mails live in wording; rules and queries hold refusals and labels."""

import ast
import re
from collections.abc import Iterator

from saas.commands import words
from tests.architecture.source import Source, called, parsed, sources

LONGEST_LABEL = 8
VALUE = re.compile(r"%\(\w+\)[sd]")
ENDS = (".", "!", "?")
REFUSALS = {"Refused", "NotAllowed", "ValidationError"}


def sentences(source: Source) -> Iterator[ast.Call]:
    """Calls that look up a whole sentence which is no refusal."""
    waiting: list[ast.AST] = [source.tree]
    while waiting:
        node = waiting.pop()
        if not is_refusal(node):
            if isinstance(node, ast.Call) and called(node) in words.KEYWORDS and is_sentence(node):
                yield node
            waiting.extend(ast.iter_child_nodes(node))


def is_refusal(node: ast.AST) -> bool:
    """Return True if the texts of a node are those of a refusal: it raises, or is raised."""
    if isinstance(node, ast.FunctionDef):
        return any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    return isinstance(node, ast.Call) and called(node) in REFUSALS


def is_sentence(call: ast.Call) -> bool:
    """Return True if a text is more than a label: it ends like a sentence, or is long."""
    texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
    return any(
        text.endswith(ENDS) or len(re.findall(r"[\w’]+", VALUE.sub("", text))) > LONGEST_LABEL
        for text in texts
        if isinstance(text, str)
    )


def is_below_wording(source: Source) -> bool:
    kinds = {"queries", "rules"}
    return not source.name.startswith("infra/") and bool(
        kinds & {*source.path.parts, source.path.stem}
    )


def test_sentences_for_pages_stand_in_wording() -> None:
    assert not [
        source.at(call, ast.unparse(call))
        for source in sources()
        if is_below_wording(source)
        for call in sentences(source)
    ]


def test_sentence_is_distinguished_from_a_label_and_from_a_refusal() -> None:
    module = """
def left():
    return _("Rien n’est débité.")

def label():
    return _("Frais de paiement")

def check():
    text = _("Ce CSE est celui d’une autre entreprise.")
    raise Refused(text)
"""
    assert [call.lineno for call in sentences(parsed(module))] == [3]
