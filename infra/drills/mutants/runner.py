"""A pytest plugin that runs each mutant's tests in a fork of a warm run.

First every test runs once unchanged, with a record of the executed lines of the mutated files. Then
for each mutant a fork replaces the code in the loaded modules, and runs the tests that execute its
lines until a test fails, or does not end in many times its usual duration; that test must also fail
alone, and pass right then with unchanged code. Now and then, and for each file at least once, a
fork plants the unchanged file: its tests must pass, or else a mutant's verdict may come from the
way of planting.
"""

import ast
import enum
import functools
import importlib
import itertools
import json
import os
import select
import signal
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
import typst
from django.db import connections

from infra.drills.mutants import changes
from infra.drills.mutants.changes import Mutant
from infra.drills.mutants.watch import Watch
from infra.local import testing

PLAN = "TROOVON_MUTANTS"
FEW = 20
CONTROLLED_EVERY = 50
OURS = ("billing", "saas", "tenants", "tests", "api", "infra")
KILLED, SURVIVED = 1, 0
UNNOTICED = frozenset({"survived", "never met", "not to be told"})
_MOST_READ = 4096
_REPLACED_CLIENTS: list[object] = []


class Life(NamedTuple):
    """How a fork came out: whether it ended, whether a test failed, and which ran last."""

    ended: bool
    failed: bool
    last: int | None


class Trial:
    """A warm run of the tests; mutants run in its forks."""

    def __init__(self, items: Sequence[pytest.Item], watch: Watch) -> None:
        self.items = items
        self.watch = watch
        self.controlled: set[str] = set()
        self.noticed_by: int | None = None

    def verdict(self, mutant: Mutant) -> str:
        """Return the verdict on a mutant."""
        chosen = self.watch.of(mutant)
        return self.tried(_planted(mutant), chosen, mutant.file) if chosen else "never met"

    def is_clean(self, number: int, mutant: Mutant) -> bool:
        """Return True if tests pass with a file planted unchanged, despite earlier mutants."""
        if mutant.file in self.controlled and number % CONTROLLED_EVERY:
            return True
        self.controlled.add(mutant.file)
        same = ast.parse((Path.cwd() / mutant.file).read_text())
        return self.tried(same, self.watch.of(mutant)[:FEW], mutant.file) in UNNOTICED

    def tried(self, tree: ast.Module, chosen: list[int], file: str) -> str:
        """Run tests with a file's code replaced until a test detects it.

        That test must fail alone, too, and pass right then with unchanged code. A test that fails
        by itself, by an earlier test, or because the machine is slow, detects no mutant, and the
        next tests are run.
        """
        while chosen:
            life = self.live(tree, chosen, file)
            if _passed(life):
                return "survived"
            noticing = chosen[0] if life.last is None else life.last
            alone = life if noticing == chosen[0] else self.live(tree, [noticing], file)
            if not _passed(alone) and _passed(self.live(None, [noticing], "")):
                self.watch.noticed[file, noticing] += 1
                self.noticed_by = noticing
                return "killed" if alone.ended else "never ended"
            chosen = chosen[chosen.index(noticing) + 1 :]
        return "not to be told"

    def last_noticed(self) -> str:
        """Name the test that noticed last."""
        return "no test" if self.noticed_by is None else self.items[self.noticed_by].nodeid

    def live(self, tree: ast.Module | None, chosen: Sequence[int], file: str) -> Life:
        """Let a fork run some tests with a file's code replaced, as long as each of them ends."""
        connections.close_all()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            _live([(number, self.items[number]) for number in chosen], tree, file, pipe=writing)
        os.close(writing)
        ended, last = self._follow(pid, reading)
        os.close(reading)
        if not ended:
            os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
        if not ended:
            testing.fresh_database()
        return Life(ended, ended and os.waitstatus_to_exitcode(status) != SURVIVED, last)

    def _follow(self, pid: int, reading: int) -> tuple[bool, int | None]:
        """Return True if a fork ended, and the number of its last test."""
        last: int | None = None
        with _watched(pid) as over:
            while True:
                ready, _, _ = select.select([over, reading], [], [], self.watch.patience(last))
                output = os.read(reading, _MOST_READ) if reading in ready else b""
                if output:
                    last = int(output.split()[-1])
                elif over in ready:
                    return True, last
                elif not ready:
                    return False, last


def _passed(life: Life) -> bool:
    return life.ended and not life.failed


@contextmanager
def _watched(pid: int) -> Iterator[int]:
    over = os.pidfd_open(pid)
    try:
        yield over
    finally:
        os.close(over)


def _planted(mutant: Mutant) -> ast.Module:
    return changes.planted((Path.cwd() / mutant.file).read_text(), mutant)


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Return True after running all tests once, then each mutant in a fork.

    Writes a line for each mutant.
    """
    vars(typst)["compile"] = _in_a_fork(typst.compile)
    plan = json.loads(Path(os.environ[PLAN]).read_text())
    mutants = [Mutant(*one) for one in plan["mutants"]]
    lane, lanes, report_file = plan["lane"], plan["lanes"], Path(plan["told"])
    watch = Watch(Path.cwd(), {mutant.file for mutant in mutants}, session.items)
    watch.listen()
    with report_file.open("w", buffering=1) as report:
        for red in _run_all(session, watch, lane=lane, lanes=lanes):
            report.write(json.dumps({"red": red}) + "\n")
        watch.share(report_file.parent, lane=lane, lanes=lanes)
        trial = Trial(session.items, watch)
        for number, mutant in enumerate(mutants):
            if number % lanes != lane:
                continue
            if not trial.is_clean(number // lanes, mutant):
                red = f"{trial.last_noticed()}, unchanged, before {mutant.name}"
                report.write(json.dumps({"red": red}) + "\n")
            report.write(json.dumps({"number": number, "verdict": trial.verdict(mutant)}) + "\n")
    return True


def _run_all(session: pytest.Session, watch: Watch, *, lane: int, lanes: int) -> Iterator[str]:
    """Run this lane's tests unchanged; yield those that fail: they cannot detect mutants."""
    files = sorted({str(item.path) for item in session.items})
    ours = set(files[lane::lanes])
    mine = [number for number, item in enumerate(session.items) if str(item.path) in ours]
    for number, following in itertools.pairwise([*mine, *mine[:1]]):
        failed = session.testsfailed
        watch.begin(number)
        _run(session.items[number], session.items[following])
        watch.end()
        if session.testsfailed > failed:
            watch.red.add(number)
            yield session.items[number].nodeid


def _in_a_fork(act: Callable[..., bytes]) -> Callable[..., bytes]:
    """Return a function that runs `act` in its own fork.

    Typst keeps threads, and a fork does not inherit threads: a later fork would wait for ever.
    """

    def acted(*args: object, **named: object) -> bytes:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            with open(writing, "wb") as out:  # noqa: PTH123 - a pipe has no path
                out.write(act(*args, **named))
                out.flush()
                os._exit(0)
        os.close(writing)
        with open(reading, "rb") as report:  # noqa: PTH123 - as above
            made = report.read()
        os.waitpid(pid, 0)
        return made

    return acted


def _run(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)


def _live(
    chosen: Sequence[tuple[int, pytest.Item]], tree: ast.Module | None, file: str, *, pipe: int
) -> NoReturn:
    """Be the mutant until a test notices; without a tree nothing is changed."""
    code = KILLED
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        _forget_connections()
        if tree is not None:
            _become(tree, file)
        session = chosen[0][1].session
        session.testsfailed = 0
        session._setupstate.teardown_exact(chosen[0][1])  # parent's state # noqa: SLF001
        for (number, item), (_, following) in itertools.pairwise([*chosen, _another(chosen[-1])]):
            os.write(pipe, b"%d\n" % number)
            _run(item, following)
            if session.testsfailed:
                break
        code = KILLED if session.testsfailed else SURVIVED
    finally:
        os._exit(code)


def _another(last: tuple[int, pytest.Item]) -> tuple[int, pytest.Item]:
    """Return another test, as if it came next.

    The teardown of the last test then runs: it may detect the mutant and it resets the database,
    and the state shared by all tests stays for the other forks.
    """
    number, item = last
    return number - 1, item.session.items[number - 1]


def _forget_connections() -> None:
    """Replace the parent's connections to Stripe by new connections.

    The old clients are kept until the fork ends: otherwise they would warn of an open socket, and
    the warning would be an error of the current test, as if it had detected the mutant.
    """
    gateway = sys.modules.get("billing.stripe.gateway.client")
    if gateway is not None:
        _REPLACED_CLIENTS.append(old := vars(gateway)["_client"])
        vars(gateway)["_client"] = functools.cache(old.__wrapped__)


def _become(tree: ast.Module, file: str) -> None:
    """Put changed code in the place of a file's, wherever something holds a piece of it."""
    path = Path.cwd() / file
    module = importlib.import_module(
        file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    )
    before = dict(vars(module))
    exec(compile(tree, str(path), "exec"), vars(module))  # noqa: S102 - our own code, changed
    changed: dict[int, tuple[Any, Any]] = {}
    for name, old in before.items():
        new = vars(module).get(name, old)
        if new is old or name.startswith("__"):
            continue
        vars(module)[name] = after = merged(old, new)
        if after is not old:
            changed[id(old)] = (old, after)
    _replace_everywhere(changed)


def merged(old: Any, new: Any) -> Any:
    """Return the old object changed to behave like the new object, because other modules hold it.

    A hook keeps the functions that other apps have registered, since they are not registered again.
    Its class is looked up late, since tests prepare their settings after this plugin is loaded.
    """
    hooks = sys.modules.get("saas.kernel.hooks")
    if hooks is not None and isinstance(old, hooks.Hook):
        return old
    if isinstance(old, dict) and isinstance(new, dict):
        old.clear()
        old.update(new)
        return old
    inner_old, inner_new = _innermost(old), _innermost(new)
    if _depth(old) != _depth(new) or not inner_old or not inner_new:
        return old if isinstance(old, type) and _merge_class(old, new) else new
    _swap(inner_old, inner_new)
    return old


def _merge_class(old: type, new: type) -> bool:
    """Change methods in their place; the members of an enumeration only a new class has."""
    for name, value in vars(new).items():
        mine = vars(old).get(name)
        mine, theirs = _function_of(mine), _function_of(value)
        if isinstance(mine, types.FunctionType) and isinstance(theirs, types.FunctionType):
            _swap(mine, theirs)
    return not issubclass(old, enum.Enum)


def _function_of(thing: Any) -> Any:
    if isinstance(thing, classmethod | staticmethod):
        return thing.__func__
    return thing.fget if isinstance(thing, property) else thing


def _swap(old: types.FunctionType, new: types.FunctionType) -> None:
    if len(old.__code__.co_freevars) == len(new.__code__.co_freevars):
        old.__code__ = new.__code__
    old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__


def _innermost(thing: Any) -> types.FunctionType | None:
    while hasattr(thing, "__wrapped__"):
        thing = thing.__wrapped__
    return thing if isinstance(thing, types.FunctionType) else None


def _depth(thing: Any) -> int:
    depth = 0
    while hasattr(thing, "__wrapped__"):
        thing, depth = thing.__wrapped__, depth + 1
    return depth


def _replace_everywhere(changed: dict[int, tuple[Any, Any]]) -> None:
    """Set the new objects in every module that imported the old objects by name."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] not in OURS:
            continue
        for attribute, value in list(vars(module).items()):
            if id(value) in changed and changed[id(value)][0] is value:
                setattr(module, attribute, changed[id(value)][1])
