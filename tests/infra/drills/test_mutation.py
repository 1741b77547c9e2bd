"""The mutation drill: its list fits the code, it kills a mutant, and it can fail."""

import shutil
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from infra.drills import mutation
from infra.drills.mutants import listed
from infra.drills.running.harness import Bar, DrillOptions, Report
from infra.local.processes import ROOT

MUTANTS = listed.known()
FEWEST = 60


def test_mutants_are_enough_and_have_names_of_their_own() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) >= FEWEST
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fits_the_code_and_its_tests_are_there(mutant: listed.WallMutant) -> None:
    text = (ROOT / mutant.file).read_text()
    planted = mutant.planted_in(text)
    assert planted != text
    if mutant.file.endswith(".py"):
        compile(planted, mutant.file, "exec")
    assert mutant.trap
    assert mutant.tests
    assert [test for test in mutant.tests if not (ROOT / test).is_file()] == []


def test_a_mutant_that_no_longer_fits_is_no_mutant() -> None:
    with pytest.raises(ValueError, match="holds 'salt' 0 times"):
        listed.WallMutant("a", "b", "c.py", (("salt", ""),), ()).planted_in("pepper")


@pytest.mark.nightly
def test_a_mutant_is_noticed_and_one_that_changes_nothing_is_reported() -> None:
    salted = next(mutant for mutant in MUTANTS if mutant.file == "saas/kernel/secrets/tokens.py")
    report = mutation.tried([salted, mutation.SILENT], Bar("mutation"))
    assert report.tried == {"noticed by a test": 1, "not noticed": 1}
    place = "saas/kernel/secrets/tokens.py"
    assert report.found == [f"a mutant that changes nothing ({place}): nobody notices"]


def test_the_same_seed_tries_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[list[str]] = []

    def tried(some: list[listed.WallMutant], _bar: Bar) -> Report:
        chosen.append([one.name for one in some])
        return Report()

    monkeypatch.setattr(mutation, "tried", tried)
    for seed in (1, 1, 2):
        mutation.run(DrillOptions(rounds=5, seed=seed), Bar("mutation"))
    assert chosen[0] == chosen[1] != chosen[2]
    assert len(chosen[0]) == 5


def test_the_copy_holds_the_tree_as_it_stands_and_is_gone_afterwards() -> None:
    with mutation.copy_of_the_tree() as tree:
        assert (tree / "saas" / "settings.py").read_text() == (
            ROOT / "saas" / "settings.py"
        ).read_text()
        assert not (tree / ".git").exists()
    assert not Path(tree).exists()


@pytest.fixture
def mutant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> listed.WallMutant:
    """Return a mutant; the copied tree is only its file, without services."""
    chosen = MUTANTS[0]
    (tmp_path / chosen.file).parent.mkdir(parents=True)
    shutil.copy(ROOT / chosen.file, tmp_path / chosen.file)
    monkeypatch.setattr(mutation, "copy_of_the_tree", lambda: nullcontext(tmp_path))
    monkeypatch.setattr(mutation, "services", lambda: nullcontext({}))
    return chosen


def test_tests_that_cannot_run_are_no_sign_that_a_mutant_was_noticed(
    monkeypatch: pytest.MonkeyPatch, mutant: listed.WallMutant
) -> None:
    green = subprocess.CompletedProcess([], 0, stdout="")
    broken = subprocess.CompletedProcess([], 2, stdout="no tests ran")
    answers = iter([green, broken])
    monkeypatch.setattr(mutation, "_test", lambda *_: next(answers))
    report = mutation.tried([mutant], Bar("mutation"))
    assert report.tried == {"not noticed": 1}
    assert "tests ended with 2" in report.found[0]


def test_nothing_is_tried_with_tests_that_are_red_by_themselves(
    monkeypatch: pytest.MonkeyPatch, mutant: listed.WallMutant
) -> None:
    red = subprocess.CompletedProcess([], 1, stdout="FAILED tests/x.py::test_y")
    monkeypatch.setattr(mutation, "_test", lambda *_: red)
    report = mutation.tried([mutant], Bar("mutation"))
    assert not report.tried
    assert report.found == ["tests are red before anything is planted: FAILED tests/x.py::test_y"]
