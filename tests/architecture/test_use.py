"""Functions without a caller in the product are removed, even if a test calls them."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import ROOT, Source, nodes_of, sources

KINDS = {"queries", "rules", "actions", "notifications"}
# This package has the name of a kind: its folder does not describe the kind of its files.
NAMED_SO = ROOT / "tenants" / "community" / "notifications"


def names_in(tree: ast.AST) -> Counter[str]:
    """Return the names that the code uses; mere imports and lists of names do not count."""
    nodes = nodes_of(tree)
    return Counter(node.id for node in nodes if isinstance(node, ast.Name)) + Counter(
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    )


def offered_functions(source: Source) -> Iterator[ast.FunctionDef]:
    """The functions that a file of such a kind offers to others."""
    top = NAMED_SO if source.path.is_relative_to(NAMED_SO) else ROOT
    if KINDS & {*source.path.parent.relative_to(top).parts, source.path.stem}:
        for node in source.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield node


def test_each_function_that_a_room_offers_is_used_by_the_product() -> None:
    used: Counter[str] = Counter()
    for source in sources():
        used.update(names_in(source.tree))
    unused = [
        source.at(function, function.name)
        for source in sources()
        for function in offered_functions(source)
        # A function that only calls itself is unused.
        if used[function.name] == names_in(function)[function.name]
    ]
    assert not unused
