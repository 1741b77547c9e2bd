"""Hardly any small change to the rules of money, the ledger or settlement goes unnoticed."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from infra.drills.mutants import changes
from infra.drills.mutants.changes import Mutant
from infra.drills.mutants.runner import PLAN, UNNOTICED
from infra.drills.mutation import copy_of_the_tree, services
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.local.processes import ROOT

FILES = (
    "billing/transitions/**/*.py",
    "billing/wording/*.py",
    "billing/stripe/calls/*.py",
    "billing/stripe/events.py",
    "billing/stripe/halts.py",
    "billing/*/rules/*.py",
    "billing/papers/wording/*.py",
    "billing/ledger/posting.py",
    "billing/*/settlement/*.py",
    "billing/dispatch/*.py",
)
TESTS = (
    "tests/billing",
    "tests/saas/console",
    "tests/saas/commands/test_stripe_destinations.py",
    "tests/tenants/community/council",
)
EQUIVALENTS = Path(__file__).parent / "mutants" / "equivalents.toml"
GOAL = 0.98
FAULTS = frozenset({"silent"})
# Each lane is a warm run on services of its own, and begins with half of all tests.
LANES, FEWEST_FOR_LANES = 2, 40
_RAN = frozenset({0, 1})  # pytest's own words: all passed, or some test is red
_POLL_SECONDS = 0.5


def run(options: DrillOptions, bar: Bar) -> Report:
    """Try every mutant, or so many drawn by the seed."""
    chosen = list(known(ROOT))
    random.Random(options.seed).shuffle(chosen)  # noqa: S311 - the same seed, the same run
    chosen = chosen[: options.rounds or None]
    if options.plant == "silent":  # tests that notice nothing must be reported
        return tried(chosen, bar, tests=("tests/billing/ledger/rules/test_split.py",))
    return tried(chosen, bar)


def files(root: Path) -> list[str]:
    """Return the files with counted mutants. Raises LookupError if a pattern matches no file."""
    by_pattern = {pattern: list(root.glob(pattern)) for pattern in FILES}
    empty = [pattern for pattern, paths in by_pattern.items() if not paths]
    if empty:
        raise LookupError(f"no file is named {', '.join(empty)}")
    found = {path for paths in by_pattern.values() for path in paths}
    return sorted(str(path.relative_to(root)) for path in found)


def known(root: Path) -> Iterator[Mutant]:
    """Return every mutant of the files."""
    for file in files(root):
        yield from changes.mutants_of(root, file)


def equivalents() -> dict[str, str]:
    """Return the mutants that change nothing anybody could see, each with the reason."""
    if not EQUIVALENTS.exists():
        return {}
    entries = tomllib.loads(EQUIVALENTS.read_text()).get("equivalent", [])
    return {
        f"{entry['file']}: {entry['line']}: {entry['before']} => {entry['after']}": entry["reason"]
        for entry in entries
    }


def named(chosen: Sequence[Mutant]) -> list[tuple[Mutant, str]]:
    """Name each mutant by the text of its line: that stays when others are written above it."""
    texts = {file: (ROOT / file).read_text().splitlines() for file in {m.file for m in chosen}}
    return [
        (one, f"{one.file}: {texts[one.file][one.line - 1].strip()}: {one.before} => {one.after}")
        for one in chosen
    ]


def tried(chosen: Sequence[Mutant], bar: Bar, *, tests: Sequence[str] = TESTS) -> Report:
    """Try some mutants in a warm run of the tests, and report those that no test detected."""
    report, same = Report(), equivalents()
    names = named(chosen)
    real = [mutant for mutant, name in names if name not in same]
    by_file: dict[str, Counter[str]] = {}
    for mutant, name in names:
        count = by_file.setdefault(mutant.file, Counter())
        count["equivalent"] += name in same
    report.tried["equivalent"] = len(chosen) - len(real)
    for mutant, verdict in _verdicts(real, tests, bar, report=report):
        report.tried[verdict] += 1
        by_file[mutant.file][verdict] += 1
        if verdict in UNNOTICED:
            report.find(f"{verdict}: {mutant.file}:{mutant.line} {mutant.before} => {mutant.after}")
    noticed = report.tried["killed"] + report.tried["never ended"]
    report.notes["not_run"] = len(list(known(ROOT))) - len(chosen)
    report.notes["noticed_of_a_hundred"] = round(100 * noticed / max(len(real), 1), 2)
    report.notes["by_file"] = {file: dict(counts) for file, counts in sorted(by_file.items())}
    report.notes["equivalents"] = {name: same[name] for _, name in names if name in same}
    if noticed >= GOAL * len(real) and real and not report.tried["red tests"]:
        report.notes["survivors"] = report.found
        report.found = []
    return report


def _verdicts(
    real: Sequence[Mutant], tests: Sequence[str], bar: Bar, *, report: Report
) -> Iterator[tuple[Mutant, str]]:
    lanes = LANES if len(real) >= FEWEST_FOR_LANES else 1
    with copy_of_the_tree() as tree, tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        children = [
            _begin(
                {"mutants": real, "lane": lane, "lanes": lanes},
                tests,
                folder=folder,
                tree=tree,
                result=stack.enter_context(one),
            )
            for lane, one in enumerate(services() for _ in range(lanes))
        ]
        _wait(children, lambda: bar.at(_answered(folder), len(real)))
        lines = list(_answers(folder))
        for line in lines:
            if "red" in line:
                report.tried["red tests"] += 1
                report.find(f"red before anything is planted: {line['red']}")
        verdicts = {line["number"]: line["verdict"] for line in lines if "verdict" in line}
        if len(verdicts) != len(real):
            raise RuntimeError("\n".join(log.read_text()[-3000:] for log in folder.glob("log-*")))
        yield from ((real[number], verdict) for number, verdict in sorted(verdicts.items()))


def _begin(
    plan: dict[str, Any],
    tests: Sequence[str],
    *,
    folder: Path,
    tree: Path,
    result: dict[str, str],
) -> subprocess.Popen[bytes]:
    """Start a warm run of the tests, on services of its own."""
    lane = plan["lane"]
    written, answers = folder / f"plan-{lane}.json", folder / f"told-{lane}"
    written.write_text(json.dumps({**plan, "told": str(answers)}))
    answers.touch()
    env = {**os.environ, **result, PLAN: str(written), "PYTHONPATH": str(tree)}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command += ["-p", "infra.drills.mutants.runner", *tests]
    with (folder / f"log-{lane}").open("w") as log:
        return subprocess.Popen(command, cwd=tree, env=env, stdout=log, stderr=log)  # noqa: S603 - our own words


def _wait(children: Sequence[subprocess.Popen[bytes]], report_progress: Callable[[], None]) -> None:
    """Wait until all runs have ended; if a run dies, stop, because the others would wait for it."""
    try:
        while any(child.poll() is None for child in children):
            report_progress()
            if any(child.poll() not in {None, *_RAN} for child in children):
                break
            time.sleep(_POLL_SECONDS)
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
            child.wait()


def _answers(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("told-*")):
        yield from map(json.loads, path.read_text().splitlines())


def _answered(folder: Path) -> int:
    return sum(path.read_text().count("\n") for path in folder.glob("told-*"))
