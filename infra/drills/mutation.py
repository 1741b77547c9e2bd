"""Known breaches of the isolation, planted singly; tests or the database must detect each."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from infra.drills.mutants import listed
from infra.drills.mutants.listed import WallMutant
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.local import testing
from infra.local.processes import ROOT

# No test detects it, like any fault that no test covers.
SILENT = WallMutant(
    name="a mutant that changes nothing",
    trap="a drill that cannot fail shows nothing",
    file="saas/kernel/secrets/tokens.py",
    edits=(("return token, hashed(token)", "return (token, hashed(token))"),),
    tests=("tests/saas/kernel/secrets/test_tokens.py",),
)
FAULTS = frozenset({"silent"})
_FAILED, _USAGE = 1, 4
_LONGEST_SECONDS = 600
_LONGEST_OUTPUT = 300
_REFUSED = "prepare_tests"
_WORKER = "PYTEST_XDIST_WORKER"
_OF_A_RUN = {testing.DESCRIPTION, _WORKER, "PYTEST_CURRENT_TEST", "PYTEST_XDIST_TESTRUNUID"}


def run(options: DrillOptions, bar: Bar) -> Report:
    """Plant each mutant, or the first of a shuffle, in a copy of the tree."""
    chosen = listed.known()
    random.Random(options.seed).shuffle(chosen)  # noqa: S311 - the same seed, the same run
    if options.plant == "silent":
        chosen = [SILENT]
    return tried(chosen[: options.rounds or None], bar)


def tried(chosen: Sequence[WallMutant], bar: Bar) -> Report:
    """Plant some mutants in turn, and report those that no test detects."""
    report = Report()
    with copy_of_the_tree() as tree, services() as services_env:
        named = sorted({test for mutant in chosen for test in mutant.tests})
        if (red := _test(named, tree, services_env)).returncode:
            report.find(
                f"tests are red before anything is planted: {red.stdout[-_LONGEST_OUTPUT:]}"
            )
            return report
        for number, mutant in enumerate(chosen):
            bar.at(number, len(chosen), mutant.name)
            report.tried[_verdict(mutant, tree, report, services_env=services_env)] += 1
    bar.at(len(chosen), len(chosen))
    return report


def _verdict(
    mutant: WallMutant, tree: Path, report: Report, *, services_env: dict[str, str]
) -> str:
    path = tree / mutant.file
    before = path.read_text()
    path.write_text(mutant.planted_in(before))
    try:
        done = _test(mutant.tests, tree, {} if mutant.makes_databases else services_env)
    finally:
        path.write_text(before)
    if done.returncode == _FAILED:
        return "noticed by a test"
    if done.returncode == _USAGE and _REFUSED in done.stdout:
        return "refused by the preparation of a database"
    how = "nobody notices" if done.returncode == 0 else f"tests ended with {done.returncode}"
    report.find(f"{mutant.name} ({mutant.file}): {how}")
    return "not noticed"


def _test(
    tests: Sequence[str], tree: Path, services_env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run some tests of the copy with this interpreter, up to the first that fails."""
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_A_RUN}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "", "-p", "no:cacheprovider"]
    command += tests
    return subprocess.run(  # noqa: S603 - our own words
        command,
        cwd=tree,
        env=inherited | services_env | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )


@contextmanager
def services() -> Iterator[dict[str, str]]:
    """Start the tests' services once, for all mutants that do not affect a database."""
    before = os.environ.get(testing.DESCRIPTION)
    run_ = testing.begin()
    services_env = {testing.DESCRIPTION: os.environ[testing.DESCRIPTION], _WORKER: "gw0"}
    try:
        yield services_env
    finally:
        testing.end(run_)
        os.environ.pop(testing.DESCRIPTION)
        if before is not None:
            os.environ[testing.DESCRIPTION] = before


@contextmanager
def copy_of_the_tree() -> Iterator[Path]:
    """Copy the project's current working tree, with the assets that tests need."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git, wherever it is
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    with tempfile.TemporaryDirectory(prefix="troovon-mutation-") as place:
        tree = Path(place)
        names = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
        for name in names:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
        for folder in {Path(name).parent for name in names if name.endswith(".py")}:
            _copy_compiled(ROOT / folder / "__pycache__", tree / folder / "__pycache__")
        assets = ROOT / ".troovon" / "assets"
        if assets.is_dir():
            shutil.copytree(assets, tree / ".troovon" / "assets")
        yield tree


def _copy_compiled(source: Path, target: Path) -> None:
    """Copy compiled files with their times: they match their sources by time and size."""
    target.mkdir()
    for path in source.glob("*.pyc"):
        with suppress(FileNotFoundError):  # another run has just replaced it
            shutil.copy2(path, target / path.name)
