"""Every action is reached from a page, a job, a program or a command, and every state is set.

The walk begins at what is called from outside (views, jobs, commands, the API, answers to hooks)
and follows each name through the imports. The demo's seed is no way in.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from tests.architecture.source import ROOT, Source, called, nodes_of, parsed, sources

# Kinds of files whose functions are called from outside.
ENTRIES = {"views", "clock", "tasks", "webhooks", "apps", "urls", "commands", "dispatch"}
ENTRIES |= {"site", "serving", "monitoring"}
READERS = {"filter", "exclude", "get", "Q", "When", "Case", "CheckConstraint"}


class Place(NamedTuple):
    """A function or a class of a module."""

    module: str
    name: str


class House(NamedTuple):
    """The definitions of all modules, their uses, and where the walk begins."""

    uses: dict[Place, set[Place]]
    begins: set[Place]


def module_of(source: Source) -> str:
    return source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(source: Source) -> dict[str, Place]:
    """Return the meaning of each imported name of a file; a module is a place without a name."""
    found = {}
    for node in nodes_of(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                found[one.asname or one.name] = Place(node.module, one.name)
    return found


def used_by(node: ast.AST, known: dict[str, Place], module: str) -> Iterator[Place]:
    """Yield the places that the code of a node names."""
    for one in nodes_of(node):
        if isinstance(one, ast.Name):
            yield known.get(one.id, Place(module, one.id))
        elif (
            isinstance(one, ast.Attribute)
            and isinstance(one.value, ast.Name)
            and (owner := known.get(one.value.id))
        ):
            yield Place(f"{owner.module}.{owner.name}", one.attr)


def house_of(files: list[Source]) -> House:
    uses: dict[Place, set[Place]] = {}
    begins: set[Place] = set()
    for source in files:
        module, known = module_of(source), imported(source)
        is_entry = source.name.startswith("api/") or ENTRIES & set(module.split("."))
        for node in source.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                continue
            named = set(used_by(node, known, module))
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                place = Place(module, node.name)
                uses[place] = named
                begins |= {place} if is_entry else set()
            else:  # tables and registries
                begins |= named
    return House(uses, begins)


def reached_in(house: House) -> set[Place]:
    reached: set[Place] = set()
    waiting = list(house.begins)
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting.extend(house.uses.get(place, ()))
    return reached


def is_action(place: Place) -> bool:
    return "actions" in place.module.split(".") and not place.name.startswith("_")


def unreached(files: list[Source]) -> list[str]:
    house = house_of(files)
    reached = reached_in(house)
    return sorted(f"{p.module}.{p.name}" for p in house.uses if is_action(p) and p not in reached)


def states_of(files: list[Source]) -> set[tuple[str, str]]:
    """Return the members of the enums of states, by the name of their enum."""
    return {
        (node.name, target.id)
        for source in files
        for node in nodes_of(source.tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("State") and node.bases
        for line in node.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name) and target.id.isupper()
    }


def is_reading(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and called(node) in READERS)


def named_states(files: list[Source]) -> Iterator[tuple[str, str]]:
    """Yield the states that code names elsewhere than in a question.

    An enum that is called with a value, such as one of Stripe's, sets all of its members.
    """
    for source in files:
        read = {
            id(one) for node in nodes_of(source.tree) if is_reading(node) for one in nodes_of(node)
        }
        for node in nodes_of(source.tree):
            if isinstance(node, ast.Attribute) and id(node) not in read:
                yield ast.unparse(node.value).rpartition(".")[2], node.attr
            elif isinstance(node, ast.Call):
                yield ast.unparse(node.func).rpartition(".")[2], ""


def unset(files: list[Source]) -> list[tuple[str, str]]:
    named = set(named_states(files))
    return sorted(
        state for state in states_of(files) if state not in named and (state[0], "") not in named
    )


def served() -> list[Source]:
    return [source for source in sources() if not source.path.is_relative_to(ROOT / "infra")]


def test_every_action_is_reached_from_outside() -> None:
    assert not unreached(served())


def test_every_state_is_set_by_the_product() -> None:
    assert not unset(served())


def test_action_of_the_seed_alone_is_found() -> None:
    text = "def add(*, by, at):\n    helper()\n\n\ndef helper():\n    add(by=None, at=None)\n"
    source = parsed(text)._replace(path=ROOT / "saas/catalogue/city_services/actions.py")
    assert [name.rpartition(".")[2] for name in unreached([source])] == ["add", "helper"]


def test_state_that_is_only_asked_for_is_found() -> None:
    enum = "class State(Choices):\n    OPEN = 1\n    SHUT = 2\n\n\n"
    text = f"{enum}rows.filter(state=State.SHUT)\nrow.state = State.OPEN\n"
    assert unset([parsed(text)]) == [("State", "SHUT")]
