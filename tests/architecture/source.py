"""The tree as text and syntax: files, rooms, functions, and how a finding is told."""

import ast
import contextlib
import functools
import gc
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.fixtures.programs import run_program

ROOT = Path(__file__).resolve().parents[2]
SERVED = ("saas/", "tenants/", "billing/", "api/")
CODE = ("saas", "tenants", "billing", "api", "infra")
ROOMS = (
    *sorted((ROOT / "tenants" / "community").glob("*/apps.py")),
    *sorted((ROOT / "saas" / "catalogue").glob("*/apps.py")),
    ROOT / "billing" / "apps.py",
)
WING = ROOT / "billing"  # a wing of rooms: each subject has kinds of files of its own
SUBJECTS = {"adjustments", "orders", "councils", "papers", "einvoicing", "ledger", "stripe"}

type Function = ast.FunctionDef | ast.AsyncFunctionDef
type Definition = ast.Module | ast.ClassDef | Function
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def files_of_git(*words: str) -> list[str]:
    """Names of files as git lists them."""
    listed = run_program(["git", "ls-files", *words])
    assert listed.returncode == 0, listed.stderr
    return listed.stdout.splitlines()


@functools.cache
def definitions_of(tree: ast.Module) -> tuple[Definition, ...]:
    """Return the module, its classes and its functions.

    Expressions are skipped: they are most of a tree and contain no definitions.
    """
    definitions: list[Definition] = []
    blocks: deque[ast.AST] = deque([tree])
    while blocks:
        node = blocks.popleft()
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            definitions.append(node)
        for name in BLOCKS:
            blocks.extend(getattr(node, name, ()))
    return tuple(definitions)


@functools.cache
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes of a tree, which is walked once: some thirty rules ask for them."""
    return tuple(ast.walk(tree))


@functools.cache
def name_of(path: Path) -> str:
    """Return a file's path from the project's root for findings; cached for 10,000s of calls."""
    return str(path.relative_to(ROOT))


class Source(NamedTuple):
    """A Python file and its syntax."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        return name_of(self.path)

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 1)} {what}"

    def functions(self) -> Iterator[Function]:
        for node in definitions_of(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def calls(self) -> Iterator[ast.Call]:
        for node in nodes_of(self.tree):
            if isinstance(node, ast.Call):
                yield node


@functools.cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the product, without migrations."""
    paths = (path for top in CODE for path in sorted((ROOT / top).rglob("*.py")))
    with uncollected():
        found = tuple(source_of(path) for path in paths if "migrations" not in path.parts)
        for source in found:
            nodes_of(source.tree)
    return found


def served_sources() -> Iterator[Source]:
    """Yield the files of what serves people: the product without what runs, tries or shows it."""
    return (source for source in sources() if source.name.startswith(SERVED))


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from a million objects that stay: it takes longer than to make them."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


@functools.cache
def source_of(path: Path) -> Source:
    """A file and its syntax, read once for all that ask."""
    return Source(path, ast.parse(path.read_text(), filename=str(path)))


def parsed(text: str, name: str = "example.py") -> Source:
    """Return a source with this text at an invented path, to test that a rule finds mistakes."""
    return Source(ROOT / name, ast.parse(text))


def texts_of(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Texts of a module, in characters or bytes, without docstrings."""
    docstrings = {
        id(statement.value)
        for node in definitions_of(tree)
        for statement in node.body[:1]
        if isinstance(statement, ast.Expr)
    }
    for node in nodes_of(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            if isinstance(node.value, str):
                yield node, node.value
            elif isinstance(node.value, bytes):
                yield node, node.value.decode(errors="replace")


def room_files(kind: str) -> list[Source]:
    """Return the files of a kind in all rooms: files of that name, or files in such a folder."""
    return [source for source in sources() if kind_of(source.path) == kind]


@functools.cache
def kind_of(path: Path) -> str | None:
    """Return the kind of a file in its room; None for a file outside the rooms."""
    for app in ROOMS:
        if path.is_relative_to(app.parent):
            parts = path.relative_to(app.parent).parts
            if app.parent == WING and parts[0] in SUBJECTS:
                parts = parts[1:]
            return parts[0].removesuffix(".py")
    return None


def decorators(function: Function) -> set[str]:
    """The names of a function's decorators."""
    return {ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list}


def called(call: ast.Call) -> str:
    """Return the last name of the called function."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
