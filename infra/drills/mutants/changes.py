"""Small changes to a Python file, each at a single place of its tree, for tests to detect."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

LONGEST_WORD = 30
LONGEST_TEXT = 120
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_LOCKS = re.compile(r"\bFOR (NO KEY )?UPDATE\b( SKIP LOCKED)?")
# Functions that only inform a person, or a type checker.
_REPORTING = frozenset({"logger", "_", "ngettext", "cast"})
_HARMLESS_DECORATORS = frozenset(
    {"property", "staticmethod", "classmethod", "dataclass", "shared_task"}
)


class Mutant(NamedTuple):
    """A change: its place in the order of `ast.walk`, its kind, and its code before and after."""

    file: str
    place: int
    kind: str
    line: int
    last_line: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """Return the unique name, the same after lines have moved."""
        return f"{self.file}: {self.before} => {self.after}"


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """Return every mutant of a file, in the order of its tree."""
    tree = ast.parse((root / file).read_text())
    silent = set(_silent(tree))
    return [
        Mutant(file, place, kind, node.lineno, node.end_lineno or node.lineno, *_read(node, change))
        for place, node in enumerate(ast.walk(tree))
        if id(node) not in silent and isinstance(node, ast.expr | ast.stmt)
        for kind, change in _changes(node)
    ]


def planted(source: str, mutant: Mutant) -> ast.Module:
    """Return a file's tree with a single change in it."""
    tree = ast.parse(source)
    node = next(node for place, node in enumerate(ast.walk(tree)) if place == mutant.place)
    for kind, change in _changes(node):
        if kind == mutant.kind:
            _replace(tree, node, change(node))
            return ast.fix_missing_locations(tree)
    raise ValueError(f"{mutant.name} is not there any more")


type Change = Callable[[ast.AST], ast.AST]


def _read(node: ast.AST, change: Change) -> tuple[str, str]:
    """Return the code of a place before and after."""
    before = ast.unparse(node)
    after = ast.unparse(ast.fix_missing_locations(change(copy.deepcopy(node))))
    if len(before) > LONGEST_TEXT:  # of a whole function only its start
        before, after = before[:LONGEST_TEXT], after[:LONGEST_TEXT]
    return before, after


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                return
            if isinstance(value, list) and any(one is old for one in value):
                value[[one is old for one in value].index(True)] = new
                return


def _silent(tree: ast.Module) -> Iterator[int]:
    """Name the nodes that no test could notice: docstrings, annotations, words for people."""
    for node in ast.walk(tree):
        for part in _unobservable_parts(node):
            yield from (id(inner) for inner in ast.walk(part))


def _unobservable_parts(node: ast.AST) -> Iterator[ast.AST]:
    for name in ("annotation", "returns", "exc", "bound"):
        if isinstance(part := getattr(node, name, None), ast.AST):
            yield part
    value = node.value if isinstance(node, ast.Expr) else node
    if isinstance(value, ast.Call) and _first_name(value.func) in _REPORTING:
        yield node
    if isinstance(node, ast.Expr) and isinstance(value, ast.Constant):
        yield node
    if isinstance(node, ast.TypeAlias | ast.ImportFrom | ast.Import):
        yield node
    yield from (part for part in getattr(node, "values", []) if _is_text_of(node, part))


def _is_text_of(node: ast.AST, part: ast.AST) -> bool:
    """Return True for a part of an f-string, unless it locks rows."""
    return isinstance(node, ast.JoinedStr) and not _is_lock_text(part)


def _first_name(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Return every kind of change that a place allows."""
    for kind, (wanted, applies, change) in _KINDS.items():
        if isinstance(node, wanted) and applies(node):
            yield kind, change


def _compare(node: ast.AST) -> ast.AST:
    node.ops[0] = _COMPARED[type(node.ops[0])]()  # type: ignore[attr-defined]
    return node


def _count(node: ast.AST) -> ast.AST:
    node.op = _COUNTED[type(node.op)]()  # type: ignore[attr-defined]
    return node


def _join(node: ast.AST) -> ast.AST:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()  # type: ignore[attr-defined]
    node.op = other  # type: ignore[attr-defined]
    return node


def _without_lock(node: ast.AST) -> ast.AST:
    text = _LOCKS.sub("", node.value)  # type: ignore[attr-defined]
    return ast.copy_location(ast.Constant(text), node)


def _is_lock_text(node: ast.AST) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and bool(_LOCKS.search(text))


def _locks_rows(node: ast.AST) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "select_for_update"  # type: ignore[attr-defined]


def _without_row_lock(node: ast.AST) -> ast.AST:
    return node.func.value  # type: ignore[attr-defined,no-any-return]


def _writes_under_condition(node: ast.AST) -> bool:
    func = node.func  # type: ignore[attr-defined]
    return isinstance(func, ast.Attribute) and func.attr == "store_if"


def _without_condition(node: ast.AST) -> ast.AST:
    """Write the row whatever another process made of it meanwhile."""
    node.args[0] = ast.copy_location(ast.Constant("TRUE"), node.args[0])  # type: ignore[attr-defined]
    return node


def _moment_of_the_job(node: ast.AST) -> ast.AST:
    """Use the time of the job's run in place of the time of its subject."""
    for keyword in node.keywords:  # type: ignore[attr-defined]
        if _is_another_moment(keyword):
            keyword.value = ast.copy_location(ast.Name("at", ast.Load()), keyword.value)
    return node


def _is_another_moment(keyword: ast.keyword) -> bool:
    value = keyword.value
    return keyword.arg == "at" and isinstance(value, ast.Name) and value.id != "at"


def _one_more(node: ast.AST) -> ast.AST:
    return ast.copy_location(ast.Constant(node.value + 1), node)  # type: ignore[attr-defined]


def _one_less(node: ast.AST) -> ast.AST:
    return ast.copy_location(ast.Constant(node.value - 1), node)  # type: ignore[attr-defined]


def _flip(node: ast.AST) -> ast.AST:
    return ast.copy_location(ast.Constant(not node.value), node)  # type: ignore[attr-defined]


def _another_word(node: ast.AST) -> ast.AST:
    return ast.copy_location(ast.Constant(f"{node.value}_"), node)  # type: ignore[attr-defined]


def _unsigned(node: ast.AST) -> ast.AST:
    return node.operand  # type: ignore[attr-defined,no-any-return]


def _nothing(node: ast.AST) -> ast.AST:
    node.value = ast.copy_location(ast.Constant(None), node.value)  # type: ignore[attr-defined]
    return node


def _dropped(node: ast.AST) -> ast.AST:
    return ast.copy_location(ast.Pass(), node)


def _opposite(node: ast.AST) -> ast.AST:
    node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)  # type: ignore[attr-defined]
    return node


def _swapped(node: ast.AST) -> ast.AST:
    one, other = node.keywords[:2]  # type: ignore[attr-defined]
    one.value, other.value = other.value, one.value
    return node


def _without_decorators(node: ast.AST) -> ast.AST:
    node.decorator_list = [  # type: ignore[attr-defined]
        one
        for one in node.decorator_list  # type: ignore[attr-defined]
        if _decorator(one) in _HARMLESS_DECORATORS
    ]
    return node


def _decorator(node: ast.AST) -> str:
    return _first_name(node.func if isinstance(node, ast.Call) else node)


def _can_be_swapped(keywords: list[ast.keyword]) -> bool:
    named = len(keywords) > 1 and all(one.arg for one in keywords)
    return named and len({ast.unparse(one.value) for one in keywords}) > 1


def _is_number(node: ast.Constant) -> bool:
    return type(node.value) is int


def _is_word(node: ast.Constant) -> bool:
    text = node.value
    return isinstance(text, str) and 0 < len(text) <= LONGEST_WORD and " " not in text


_ANY: Callable[[object], bool] = lambda _node: True  # noqa: E731 - one word for a table
_KINDS: dict[str, tuple[type[ast.AST], Callable[..., bool], Change]] = {
    "comparison": (ast.Compare, lambda node: type(node.ops[0]) in _COMPARED, _compare),
    "arithmetic": (ast.BinOp, lambda node: type(node.op) in _COUNTED, _count),
    "sum": (ast.AugAssign, lambda node: type(node.op) in _COUNTED, _count),
    "and or": (ast.BoolOp, _ANY, _join),
    "one more": (ast.Constant, _is_number, _one_more),
    "one less": (ast.Constant, lambda node: _is_number(node) and node.value > 0, _one_less),
    "no lock": (ast.Constant, _is_lock_text, _without_lock),
    "no row lock": (ast.Call, _locks_rows, _without_row_lock),
    "no condition": (ast.Call, _writes_under_condition, _without_condition),
    "moment of the job": (
        ast.Call,
        lambda node: any(_is_another_moment(keyword) for keyword in node.keywords),
        _moment_of_the_job,
    ),
    "opposite": (ast.Constant, lambda node: type(node.value) is bool, _flip),
    "another word": (ast.Constant, _is_word, _another_word),
    "no sign": (ast.UnaryOp, lambda node: isinstance(node.op, ast.USub | ast.Not), _unsigned),
    "returns nothing": (
        ast.Return,
        lambda node: node.value is not None and not isinstance(node.value, ast.Constant),
        _nothing,
    ),
    "call dropped": (ast.Expr, lambda node: isinstance(node.value, ast.Call), _dropped),
    "other branch": (ast.If, _ANY, _opposite),
    "other value": (ast.IfExp, _ANY, _opposite),
    "arguments swapped": (
        ast.Call,
        lambda node: _can_be_swapped(node.keywords[:2]),
        _swapped,
    ),
    "decorator dropped": (
        ast.FunctionDef,
        lambda node: any(
            _decorator(one) not in _HARMLESS_DECORATORS for one in node.decorator_list
        ),
        _without_decorators,
    ),
}
