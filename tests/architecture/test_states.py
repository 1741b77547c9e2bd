"""States change only by their tables and are never literals, so that mypy sees a wrong state."""

import ast
import re
from collections.abc import Iterator

import pytest

from billing.transitions.machines import MACHINES
from tests.architecture.source import Source, called, nodes_of, parsed, sources

COLUMNS = {"state", "account_state"}
MOVERS = {"advance", "advance_all", "transition", "transition_unless_moved"}
STATE = re.compile(r"(\w+_)?state(__in)?")


def targets(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the targets of an assignment, each of several by itself."""
    written = node.targets if isinstance(node, ast.Assign) else []
    for target in written:
        yield from target.elts if isinstance(target, ast.Tuple) else [target]


def moved_by_hand(source: Source) -> Iterator[str]:
    """States that are set by an assignment or an update, and not by a trigger."""
    for node in nodes_of(source.tree):
        if any(isinstance(to, ast.Attribute) and to.attr in COLUMNS for to in targets(node)):
            yield source.at(node, "assigns a state")
        if (
            isinstance(node, ast.Call)
            and called(node) in {"update", "update_or_create"}
            and any(keyword.arg in COLUMNS for keyword in node.keywords)
        ):
            yield source.at(node, "updates a state")


def has_words(node: ast.expr) -> bool:
    listed = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return any(isinstance(one, ast.Constant) and bool(one.value) for one in listed)


def is_spelled(node: ast.AST) -> bool:
    """Return True if a row is created, filtered or compared with a state written as a string."""
    if isinstance(node, ast.keyword):
        return bool(node.arg and STATE.fullmatch(node.arg)) and has_words(node.value)
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    named = [side.attr for side in sides if isinstance(side, ast.Attribute)]
    return any(map(STATE.fullmatch, named)) and any(map(has_words, sides))


def spelled_by_hand(source: Source) -> Iterator[str]:
    """Yield states written as strings: mypy would not see an error in them."""
    for node in nodes_of(source.tree):
        if is_spelled(node):
            yield source.at(node, "spells a state")


def unknown_triggers(source: Source) -> Iterator[str]:
    """Yield triggers that are missing from the table of their machine."""
    for call in source.calls():
        if called(call) not in MOVERS or len(call.args) < len(("machine", "row", "trigger")):
            continue
        machine, _row, trigger = (
            node.value if isinstance(node, ast.Constant) else None for node in call.args[:3]
        )
        known = {
            trigger
            for name, table in MACHINES.items()
            if machine in (name, None)
            for row in table.values()
            for trigger in row
        }
        if isinstance(trigger, str) and trigger not in known:
            yield source.at(call, f"{machine!r} knows no {trigger}")


def of_money() -> list[Source]:
    return [
        source
        for source in sources()
        if source.name.startswith("billing/") and not source.name.startswith("billing/transitions/")
    ]


def test_states_of_money_are_moved_by_triggers() -> None:
    assert not [finding for source in of_money() for finding in moved_by_hand(source)]


@pytest.mark.parametrize(
    "text",
    [
        "call.state = CallState.DONE",
        "before, call.state = call.state, after",
        "council.account_state = said",
        "found.update(state=CaseState.EXPLAINED, closed_at=at)",
    ],
)
def test_state_moved_by_hand_is_found(text: str) -> None:
    assert len(list(moved_by_hand(parsed(text)))) == 1


def test_states_of_money_are_members_of_their_enum() -> None:
    assert not [finding for source in of_money() for finding in spelled_by_hand(source)]


@pytest.mark.parametrize(
    "text",
    [
        'Order.objects.filter(state="paid")',
        'Q(share__state__in=["held", "frozen"])',
        'Share(state="held")',
        'tax.state in {"due", "sending"}',
        'if council.account_state != "active": ...',
    ],
)
def test_state_spelled_by_hand_is_found(text: str) -> None:
    assert len(list(spelled_by_hand(parsed(text)))) == 1


def test_triggers_stand_in_the_tables() -> None:
    assert not [finding for source in sources() for finding in unknown_triggers(source)]
    assert list(unknown_triggers(parsed('transition("order", order, "payed", by=by, at=at)')))
    assert not list(unknown_triggers(parsed('transition("order", order, "paid", by=by, at=at)')))
