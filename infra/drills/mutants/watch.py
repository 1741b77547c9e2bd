"""Records of the lines of some files that each test executes, and each test's duration.

Two parallel runs record half of the tests each, and exchange their records.
"""

import ast
import functools
import itertools
import json
import sys
import time
import types
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from infra.drills.mutants.changes import Mutant

LEAST_SECONDS, TIMES = 20, 20
# A mutant that no test detects would take as long as the whole run.
MOST_SECONDS = 60
_POLL_SECONDS = 0.2
NO_LINE = 0


def tables_read_by(root: Path, files: set[str]) -> dict[str, list[str]]:
    """Return the files of tables only, never met by a test, by the path of each reader."""
    read_by: dict[str, list[str]] = defaultdict(list)
    for file in sorted(files):
        if any(isinstance(node, ast.FunctionDef) for node in ast.walk(_tree(root / file))):
            continue
        module = file.removesuffix(".py").replace("/", ".")
        for path in sorted((root / Path(file).parts[0]).rglob("*.py")):
            if module in _imported(_tree(path)):
                read_by[str(path)].append(file)
    return read_by


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def begun_by_first(items: Sequence[pytest.Item]) -> dict[int, list[int]]:
    """Return the tests that share a beginning, by the first of them: it alone meets those lines."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        callspec = getattr(item, "callspec", None)
        if callspec and (act := callspec.params.get("beginning")):
            alike[str(item.path), repr(act)].append(number)
    return {numbers[0]: numbers for numbers in alike.values()}


class Watch:
    """A record of every test's single run as it is, each known by its place in the run."""

    TOOL = 4

    def __init__(self, root: Path, files: set[str], items: Sequence[pytest.Item]) -> None:
        self.root = root
        self.stand_in = [str(item.path) for item in items]
        self.begun_by = begun_by_first(items)
        self.files = {str(root / file): file for file in files}
        self.tables = tables_read_by(root, files)
        self.met: dict[tuple[str, int], list[int]] = defaultdict(list)
        self.seconds: dict[int, float] = {}
        self.red: set[int] = set()
        self.noticed: Counter[tuple[str, int]] = Counter()
        self.number = -1

    def listen(self) -> None:
        """Register the callback for executed lines."""
        sys.monitoring.use_tool_id(self.TOOL, "mutants")
        sys.monitoring.register_callback(self.TOOL, sys.monitoring.events.LINE, self._line)

    def _line(self, code: types.CodeType, line: int) -> object:
        if file := self.files.get(code.co_filename):
            self.met[file, line].append(self.number)
        for table in self.tables.get(code.co_filename, ()):
            self.met[table, NO_LINE].append(self.number)
        return sys.monitoring.DISABLE

    def begin(self, number: int) -> None:
        """Watch another test."""
        self.number = number
        self.began = time.monotonic()
        sys.monitoring.set_events(self.TOOL, sys.monitoring.events.LINE)
        sys.monitoring.restart_events()

    def end(self) -> None:
        """Note how long it took."""
        sys.monitoring.set_events(self.TOOL, 0)
        self.seconds[self.number] = time.monotonic() - self.began

    def of(self, mutant: Mutant) -> list[int]:
        """Return the tests that execute a mutant's lines: quick and often successful tests first.

        A table is read when its module is loaded: then each test that meets the file may detect the
        mutant, and so may each test beside it, even if it tests only the table. A file of tables
        alone is met in the files that read it. The set-up shared by tests is recorded for the first
        of them, and counts for all. A table has so many readers that the tests of its own app come
        first, while there is time for them.
        """
        lines = range(mutant.line, mutant.last_line + 1)
        found = {number for line in lines for number in self.met.get((mutant.file, line), ())}
        found.update(*(self.begun_by.get(number, ()) for number in tuple(found)))
        room = ""
        if not found:
            met = {n for (file, _), all_ in self.met.items() if file == mutant.file for n in all_}
            beside = {self.stand_in[number] for number in met}
            found = {number for number, where in enumerate(self.stand_in) if where in beside}
            room = str(self.root.joinpath("tests", *Path(mutant.file).parts[:2]))
        ranked = sorted(
            found - self.red,
            key=lambda number: (
                not (room and self.stand_in[number].startswith(room)),
                self._worth(mutant.file, number),
            ),
        )
        spent = itertools.accumulate(self.seconds[number] for number in ranked)
        return [
            number for number, so_far in zip(ranked, spent, strict=True) if so_far < MOST_SECONDS
        ] or ranked[:1]

    def _worth(self, file: str, number: int) -> float:
        return self.seconds[number] / (1 + self.noticed[file, number])

    def patience(self, number: int | None) -> float:
        """Return the time limit of a test in seconds: many times its usual duration."""
        return LEAST_SECONDS + TIMES * (self.seconds[number] if number is not None else 0)

    def share(self, folder: Path, *, lane: int, lanes: int) -> None:
        """Write this run's records for the other runs, and read theirs."""
        mine = {
            "met": [[file, line, numbers] for (file, line), numbers in self.met.items()],
            "seconds": list(self.seconds.items()),
            "red": list(self.red),
        }
        written = folder / f"seen-{lane}.part"
        written.write_text(json.dumps(mine))
        written.rename(folder / f"seen-{lane}")
        for other in set(range(lanes)) - {lane}:
            self._learn(folder / f"seen-{other}")

    def _learn(self, path: Path) -> None:
        while not path.exists():  # the parent process ends all runs if any of them dies
            time.sleep(_POLL_SECONDS)
        seen = json.loads(path.read_text())
        for file, line, numbers in seen["met"]:
            self.met[file, line] += numbers
        self.seconds.update(seen["seconds"])
        self.red.update(seen["red"])
